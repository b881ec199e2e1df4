-- What a provider itself says that a call cost, in money's units; null when it doesn't say.
ALTER TABLE attempts ADD COLUMN provider_cost INTEGER;
