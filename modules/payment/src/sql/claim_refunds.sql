-- Takes refunds of payments of provider $5 whose outcome is to be asked for again; one further
-- ahead than the longest pause was put there by a clock that has gone back since.
-- Scans refunds that are open.
UPDATE refunds SET attempts = attempts + 1, updated_at = $1,
       next_attempt_at = $1 + make_interval(secs => least($3 * (1 << least(attempts, 10)), $4))
WHERE id = ANY (ARRAY(
    SELECT r.id FROM refunds r
    WHERE r.status = 'pending' AND (r.next_attempt_at <= $1 OR r.next_attempt_at > $1 + make_interval(secs => $4 + 5))
      -- Not joined: a join of few refunds may be planned as one with all payments.
      AND (SELECT p.gateway FROM payments p WHERE p.id = r.payment_id) = $5
    ORDER BY r.next_attempt_at LIMIT $2 FOR UPDATE OF r SKIP LOCKED))
  AND status = 'pending'
RETURNING id, attempts
