-- What was bought leaves a cart: $1 the cart, $2 variants, $3 units of them, $4 now.
WITH bought AS (
    SELECT b.variant_id, sum(b.quantity) AS quantity
    FROM unnest($2::uuid[], $3::bigint[]) AS b (variant_id, quantity) GROUP BY b.variant_id
), gone AS (
    DELETE FROM cart_items i USING bought b
    WHERE i.cart_id = $1 AND i.variant_id = b.variant_id AND i.quantity <= b.quantity
)
UPDATE cart_items i SET quantity = i.quantity - b.quantity, updated_at = $4::timestamptz
FROM bought b WHERE i.cart_id = $1 AND i.variant_id = b.variant_id AND i.quantity > b.quantity
