-- The captured payment of reference $1 that part $2 was paid with, one that is not refunded first.
SELECT s.payment_id FROM payment_splits s JOIN payments p ON p.id = s.payment_id
WHERE s.part = $2 AND p.reference = $1 AND p.captured_at IS NOT NULL
ORDER BY p.status = 'refunded', p.attempt DESC LIMIT 1
