-- The payment of reference $1 that part $2 was paid with: it is captured, or the store was paid itself. It is $3, if
-- it is told; else of several first one that is not given back as a sale that came to nothing, which nobody bears,
-- and is not refunded, the first that was captured.
SELECT s.payment_id, p.gateway, p.transaction_id AS charge, s.there = 'asked' AS asked_there FROM payment_splits s JOIN payments p ON p.id = s.payment_id LEFT JOIN payment_legs l ON l.split_id = s.id
WHERE s.part = $2 AND p.reference = $1 AND CASE WHEN l.split_id IS NULL THEN p.captured_at ELSE l.paid_at END IS NOT NULL
  AND ($3::uuid IS NULL OR p.id = $3)
ORDER BY EXISTS (SELECT FROM refunds r WHERE r.payment_id = p.id AND r.borne_by IS NULL LIMIT 1),
         p.status = 'refunded', CASE WHEN l.split_id IS NULL THEN p.captured_at ELSE l.paid_at END LIMIT 1
