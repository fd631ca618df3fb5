-- Keeps why a notification of the provider $1 was refused the last time: $2, at $3; not if one was after $4, for
-- strangers send such, too.
INSERT INTO provider_refusals (provider, why, at)
SELECT $1, $2, $3 WHERE NOT EXISTS (SELECT 1 FROM provider_refusals WHERE provider = $1 AND at > $4)
ON CONFLICT (provider) DO UPDATE SET why = excluded.why, at = excluded.at, updated_at = excluded.at
