-- Numbers are Unix milliseconds (UTC) for times and 1e-12 US dollars for money. JSON is UTF-8 text in BLOB columns.

CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

-- One row per run. `no` grows with creation, so newest first is descending `no`.
-- Only what a reader outside the process needs is kept up to date here; a run's state is its history.
CREATE TABLE runs (
  no               INTEGER PRIMARY KEY,
  id               TEXT    NOT NULL UNIQUE,
  workflow         TEXT    NOT NULL,
  workflow_version INTEGER NOT NULL,
  pipeline         TEXT    NOT NULL,
  requester        TEXT,
  tags             BLOB,
  created_at       INTEGER NOT NULL,
  updated_at       INTEGER NOT NULL,
  status           INTEGER NOT NULL,
  busy             INTEGER NOT NULL,          -- 1: owes work (activities without a result); the start-up sweep takes it up
  wake_at          INTEGER,                   -- the earliest timer
  deaths           INTEGER NOT NULL DEFAULT 0,-- processes that have had it in memory at turn `death_turn`
  death_turn       INTEGER NOT NULL DEFAULT 0,
  purged_at        INTEGER,                   -- a tombstone: history and content are gone, the ledger stays
  input            BLOB,
  output           BLOB,
  error            BLOB,
  progress         BLOB
);
CREATE INDEX runs_busy ON runs (no) WHERE busy = 1;
CREATE INDEX runs_wake ON runs (wake_at) WHERE wake_at IS NOT NULL;

-- One row per turn: `key` is run number * 2^20 + turn, so a run's turns lie together and need no second index.
CREATE TABLE history (
  key    INTEGER PRIMARY KEY,
  events BLOB NOT NULL
);

CREATE TABLE idempotency (
  key          TEXT PRIMARY KEY,
  request_hash TEXT    NOT NULL,
  run_id       TEXT    NOT NULL,
  created_at   INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE content (
  sha256 BLOB PRIMARY KEY,
  bytes  BLOB NOT NULL
);

-- Which runs a value belongs to; purging the last one removes it. Values without a row here stay.
CREATE TABLE content_owners (
  run_no INTEGER NOT NULL,
  sha256 BLOB    NOT NULL,
  PRIMARY KEY (run_no, sha256)
) WITHOUT ROWID;
CREATE INDEX content_owners_sha ON content_owners (sha256);

-- The ledger. `id` is run number * 2^20 + the attempt's number within the run.
CREATE TABLE attempts (
  id               INTEGER PRIMARY KEY,
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
  approval         TEXT
);

CREATE TABLE run_rows (
  run_no INTEGER PRIMARY KEY,
  row    BLOB NOT NULL
);

CREATE TABLE approvals (
  no         INTEGER PRIMARY KEY,
  id         TEXT    NOT NULL UNIQUE,
  run_id     TEXT    NOT NULL,
  status     TEXT    NOT NULL,
  expires_at INTEGER NOT NULL,
  woken      INTEGER NOT NULL DEFAULT 0,      -- 1: the run has the event that tells it of the decision
  record     BLOB    NOT NULL
);
CREATE INDEX approvals_status ON approvals (status, no);
CREATE INDEX approvals_run ON approvals (run_id);
CREATE INDEX approvals_asleep ON approvals (no) WHERE woken = 0 AND status <> 'pending';

CREATE TABLE run_tags (
  name   TEXT    NOT NULL,
  value  TEXT    NOT NULL,
  run_no INTEGER NOT NULL,
  PRIMARY KEY (name, value, run_no)
) WITHOUT ROWID;
