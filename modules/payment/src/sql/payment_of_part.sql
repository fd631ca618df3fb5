-- The payment of reference $1 that part $2 was paid with, one that is not refunded first: it is captured, or the
-- store was paid itself.
SELECT s.payment_id FROM payment_splits s JOIN payments p ON p.id = s.payment_id LEFT JOIN payment_legs l ON l.split_id = s.id
WHERE s.part = $2 AND p.reference = $1 AND CASE WHEN l.split_id IS NULL THEN p.captured_at ELSE l.paid_at END IS NOT NULL
ORDER BY p.status = 'refunded', p.attempt DESC LIMIT 1
