-- Keeps why a call of the provider $1 failed the last time: $2, at $3.
INSERT INTO provider_failures (provider, failure, at) VALUES ($1, $2, $3)
ON CONFLICT (provider) DO UPDATE SET failure = excluded.failure, at = excluded.at, updated_at = excluded.at
