-- Refunds of legs of these parts ($1), in the state $3 and of the store $2 unless they are null: at most 100, first those
-- that are pending, then oldest first.
SELECT l.part, r.id, r.payment_id, r.amount, r.currency, r.status, r.gateway_id
FROM payment_legs l
JOIN refund_parts i ON i.split_id = l.split_id
JOIN refunds r ON r.id = i.refund_id
WHERE l.part = ANY ($1::uuid[]) AND l.status = 'paid' AND ($3::text IS NULL OR r.status = $3)
  AND ($2::uuid IS NULL OR l.store_id = $2)
ORDER BY r.status <> 'pending', r.created_at, r.id LIMIT 100
