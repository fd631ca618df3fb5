-- Takes what is to be told: $1 now, $2 how many at most. Told again after 1 s, doubling up to about
-- an hour; one further ahead was put there by a clock that has gone back since.
-- Scans webhooks that were not delivered.
UPDATE webhook_events SET attempts = attempts + 1, updated_at = $1,
       next_attempt_at = $1 + make_interval(secs => 1 << least(attempts, 12))
WHERE id = ANY (ARRAY(
    SELECT id FROM webhook_events
    WHERE delivered_at IS NULL AND (next_attempt_at <= $1 OR next_attempt_at > $1 + make_interval(secs => 4096 + 5))
    ORDER BY next_attempt_at LIMIT $2 FOR UPDATE SKIP LOCKED))
  AND delivered_at IS NULL
RETURNING id, kind, charge_id, attempts
