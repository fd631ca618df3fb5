-- What is known of a key: $1 scope, $2 route, $3 key.
SELECT fingerprint, status, location, body, started_at FROM idempotency
WHERE scope = $1 AND route = $2 AND key = $3
