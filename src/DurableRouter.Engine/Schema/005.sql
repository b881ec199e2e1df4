-- Turns and attempts are written behind each other, in the order of their commits: runs that are under way together would else write
-- into the middle of each other's pages, and each commit would rewrite several of them. `key` and `id` stay what they were.
CREATE TABLE history_5 (
  no     INTEGER PRIMARY KEY,
  key    INTEGER NOT NULL UNIQUE,             -- run number * 2^20 + turn
  events BLOB    NOT NULL
);
INSERT INTO history_5 (key, events) SELECT key, events FROM history ORDER BY key;
DROP TABLE history;
ALTER TABLE history_5 RENAME TO history;

CREATE TABLE attempts_5 (
  no               INTEGER PRIMARY KEY,
  id               INTEGER NOT NULL UNIQUE,   -- run number * 2^20 + the attempt's number within the run
  key              TEXT    NOT NULL,
  step             TEXT    NOT NULL,
  role             TEXT    NOT NULL,
  pipeline         TEXT    NOT NULL,
  family           TEXT    NOT NULL,
  revision         INTEGER NOT NULL,
  ordinal          INTEGER NOT NULL,
  candidate        INTEGER NOT NULL,
  tier             TEXT    NOT NULL,
  model            TEXT    NOT NULL,
  provider         TEXT    NOT NULL,
  model_echo       TEXT,
  rule             TEXT    NOT NULL,
  started_at       INTEGER NOT NULL,
  latency_ms       INTEGER NOT NULL,
  first_byte_ms    INTEGER,
  input_tokens     INTEGER NOT NULL,
  cached_tokens    INTEGER NOT NULL,
  output_tokens    INTEGER NOT NULL,
  reasoning_tokens INTEGER NOT NULL,
  usage_source     TEXT    NOT NULL,
  usage_suspect    INTEGER NOT NULL,
  cost             INTEGER NOT NULL,
  price_as_of      TEXT    NOT NULL,
  outcome          TEXT    NOT NULL,
  failure_code     TEXT,
  failure_message  TEXT,
  checks           BLOB,
  degraded         TEXT,
  simulated        INTEGER NOT NULL,
  prompt_sha256    BLOB,
  output_sha256    BLOB,
  approval         TEXT,
  misroute         TEXT
);
INSERT INTO attempts_5 (id, key, step, role, pipeline, family, revision, ordinal, candidate, tier, model, provider, model_echo, rule, started_at,
  latency_ms, first_byte_ms, input_tokens, cached_tokens, output_tokens, reasoning_tokens, usage_source, usage_suspect, cost, price_as_of, outcome,
  failure_code, failure_message, checks, degraded, simulated, prompt_sha256, output_sha256, approval, misroute)
SELECT id, key, step, role, pipeline, family, revision, ordinal, candidate, tier, model, provider, model_echo, rule, started_at,
  latency_ms, first_byte_ms, input_tokens, cached_tokens, output_tokens, reasoning_tokens, usage_source, usage_suspect, cost, price_as_of, outcome,
  failure_code, failure_message, checks, degraded, simulated, prompt_sha256, output_sha256, approval, misroute
FROM attempts ORDER BY id;
DROP TABLE attempts;
ALTER TABLE attempts_5 RENAME TO attempts;
