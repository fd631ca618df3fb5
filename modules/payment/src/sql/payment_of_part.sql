-- The captured payment of reference $1 that part $2 was paid with: $3, if it is told; else of several first one that
-- is not given back as a sale that came to nothing, which nobody bears, and is not refunded, the first that was
-- captured.
SELECT s.payment_id FROM payment_splits s JOIN payments p ON p.id = s.payment_id
WHERE s.part = $2 AND p.reference = $1 AND p.captured_at IS NOT NULL AND ($3::uuid IS NULL OR p.id = $3)
ORDER BY EXISTS (SELECT FROM refunds r WHERE r.payment_id = p.id AND r.borne_by IS NULL LIMIT 1),
         p.status = 'refunded', p.captured_at LIMIT 1
