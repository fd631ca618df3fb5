-- What came of an effect that took several transactions: $1 caller, $2 route, $3 key, $4 outcome.
UPDATE idempotency_key SET outcome = $4 WHERE caller = $1 AND route = $2 AND key = $3
