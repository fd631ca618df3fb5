-- Payments of the providers $1 that are captured, with parts that were to be paid to a store's account there and are
-- not booked, due at $2; of at most $3 parts. Each part is put off as it is looked at: by as long as it is old, one of
-- a captured payment by a day at most; one that nobody pays is so looked at a few times.
WITH due AS (
    SELECT s.id FROM payment_splits s WHERE s.there = 'asked' AND s.look_at <= $2
    ORDER BY s.look_at LIMIT $3 FOR UPDATE SKIP LOCKED
), looked AS (
    UPDATE payment_splits s
    SET look_at = $2 + CASE WHEN p.captured_at IS NULL THEN greatest($2 - p.created_at, interval '9 minutes')
                            ELSE least(greatest($2 - p.captured_at, interval '9 minutes'), interval '1 day') END
    FROM due d, payments p WHERE s.id = d.id AND p.id = s.payment_id
    RETURNING s.payment_id
)
SELECT p.id, p.gateway, p.transaction_id AS charge FROM payments p
WHERE p.id IN (SELECT payment_id FROM looked) AND p.captured_at IS NOT NULL AND p.gateway = ANY ($1::text[])
ORDER BY p.captured_at, p.id
