INSERT INTO idempotency_key (caller, route, key, fingerprint, outcome, used_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (caller, route, key) DO UPDATE
    SET fingerprint = excluded.fingerprint, outcome = excluded.outcome, used_at = excluded.used_at
    WHERE idempotency_key.used_at < $7
RETURNING true
