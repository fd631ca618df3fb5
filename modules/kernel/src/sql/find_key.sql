-- What a key was used for: $1 caller, $2 route, $3 key, $4 since when keys are known.
SELECT fingerprint, outcome FROM idempotency_key
WHERE caller = $1 AND route = $2 AND key = $3 AND used_at >= $4
