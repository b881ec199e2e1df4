-- Open runs that neither owe work nor have a timer: they wait for an event without a deadline, or for nothing. The start-up sweep looks.
CREATE INDEX runs_without_work ON runs (no) WHERE status = 1 AND busy = 0 AND wake_at IS NULL;
