-- The payment of reference $1 of which part $2 is a leg: one that is open, or was captured, first; then the newest.
SELECT l.payment_id FROM payment_legs l JOIN payments p ON p.id = l.payment_id
WHERE l.part = $2 AND p.reference = $1
ORDER BY p.status IN ('pending', 'authorized') DESC, p.captured_at IS NOT NULL DESC, p.attempt DESC LIMIT 1
