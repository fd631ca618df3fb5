-- Takes refunds whose outcome is to be asked for again; one further ahead than the longest pause
-- was put there by a clock that has gone back since.
-- Scans refunds that are open.
UPDATE refunds SET attempts = attempts + 1, updated_at = $1,
       next_attempt_at = $1 + make_interval(secs => least($3 * (1 << least(attempts, 10)), $4))
WHERE id = ANY (ARRAY(
    SELECT id FROM refunds
    WHERE status = 'pending' AND (next_attempt_at <= $1 OR next_attempt_at > $1 + make_interval(secs => $4 + 5))
    ORDER BY next_attempt_at LIMIT $2 FOR UPDATE SKIP LOCKED))
  AND status = 'pending'
RETURNING id
