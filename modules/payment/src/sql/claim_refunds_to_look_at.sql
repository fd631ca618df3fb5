-- Takes completed refunds of provider $6 of which it is to be asked whether their money came back, at most $2: again in
-- $3 seconds if nobody hears of it. $1 now. Watched for the first time, it is until $4. One further ahead than a
-- pause, $5 seconds, was put there by a clock that has gone back since.
-- Scans completed refunds that are watched.
UPDATE refunds SET next_look_at = $1 + make_interval(secs => $3), look_until = coalesce(look_until, $4), updated_at = $1
WHERE id = ANY (ARRAY(
    SELECT r.id FROM refunds r
    WHERE r.status = 'completed' AND (r.next_look_at <= $1 OR r.next_look_at > $1 + make_interval(secs => $5 + 5))
      AND (SELECT p.gateway FROM payments p WHERE p.id = r.payment_id) = $6
    ORDER BY r.next_look_at LIMIT $2 FOR UPDATE OF r SKIP LOCKED))
RETURNING id, payment_id, look_until
