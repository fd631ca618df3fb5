-- Takes notifications of provider $4 that were stored and not looked after; one further ahead than the longest
-- pause was put there by a clock that has gone back since.
-- Scans notifications that were not acted on.
UPDATE provider_events SET attempts = attempts + 1, updated_at = $1,
       next_attempt_at = $1 + make_interval(secs => $3 * (1 << least(attempts, 8)))
WHERE id = ANY (ARRAY(
    SELECT id FROM provider_events
    -- Else all that the provider ever sent may be read by its name.
    WHERE (provider = $4) IS TRUE AND state = 'received' AND (next_attempt_at <= $1 OR next_attempt_at > $1 + make_interval(secs => $3 * 256 + 5))
    ORDER BY next_attempt_at LIMIT $2 FOR UPDATE SKIP LOCKED))
  AND state = 'received'
RETURNING id, kind, charge_id, attempts, told
