-- Messages that must go out. `next_at` counts for state 'due' only; a 'waiting' one becomes due when the run that is its subject ends.
CREATE TABLE deliveries (
  id         TEXT    PRIMARY KEY,
  kind       TEXT    NOT NULL,
  subject    TEXT    NOT NULL,
  target     TEXT    NOT NULL,
  state      TEXT    NOT NULL,
  attempts   INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  next_at    INTEGER NOT NULL,
  error      TEXT
) WITHOUT ROWID;
CREATE INDEX deliveries_due ON deliveries (next_at) WHERE state = 'due';
CREATE INDEX deliveries_waiting ON deliveries (subject) WHERE state = 'waiting';

-- Messages from others that were acted on.
CREATE TABLE messages (
  webhook_id TEXT    PRIMARY KEY,
  seen_at    INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX messages_seen ON messages (seen_at);
