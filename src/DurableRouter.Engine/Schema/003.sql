-- Which lower tier's answer was not good enough, on the call that went a tier higher for it.
ALTER TABLE attempts ADD COLUMN misroute TEXT;
