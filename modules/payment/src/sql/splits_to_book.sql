-- Payments of the providers $1, captured after ($2, $3), of which a part was to be paid to a store's account there and
-- is not booked yet; at most $4. Parts are looked at payment by payment (OFFSET 0), never all that are asked.
SELECT p.id, p.gateway, p.transaction_id AS charge, p.captured_at FROM payments p
WHERE p.gateway = ANY ($1::text[]) AND p.captured_at IS NOT NULL AND (p.captured_at, p.id) > ($2, $3)
  AND EXISTS (SELECT FROM payment_splits s WHERE s.payment_id = p.id AND s.there = 'asked' OFFSET 0)
ORDER BY p.captured_at, p.id LIMIT $4
