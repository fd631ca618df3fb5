-- What an order did not buy of a cart that it completed goes to a cart of its own: $1 the cart, $2
-- the next one, $3 ids for its lines, $4 variants and $5 units that were bought, $6 when a guest's
-- next cart ends, $7 now. A line that was taken out after the order was placed is no loss.
WITH bought AS (
    SELECT b.variant_id, sum(b.quantity) AS quantity
    FROM unnest($4::uuid[], $5::bigint[]) AS b (variant_id, quantity) GROUP BY b.variant_id
), rest AS (
    SELECT i.id AS line, i.quantity - coalesce(b.quantity, 0) AS quantity,
           ($3::uuid[])[(row_number() OVER (ORDER BY i.position, i.id))::integer] AS id
    FROM cart_items i LEFT JOIN bought b ON b.variant_id = i.variant_id
    WHERE i.cart_id = $1 AND i.quantity > coalesce(b.quantity, 0)
), next AS (
    INSERT INTO carts (id, user_id, guest_token_hash, currency, destination, shipping_choices, expires_at, updated_at)
    SELECT $2::uuid, user_id, guest_token_hash, currency, destination, shipping_choices,
           CASE WHEN guest_token_hash IS NULL THEN NULL ELSE $6::timestamptz END, $7::timestamptz
    FROM carts WHERE id = $1 AND EXISTS (SELECT 1 FROM rest)
    RETURNING id
), moved AS (
    INSERT INTO cart_items (id, cart_id, variant_id, product_id, store_id, title, quantity, unit_price, currency,
                            position, updated_at)
    SELECT r.id, next.id, i.variant_id, i.product_id, i.store_id, i.title, r.quantity, i.unit_price, i.currency,
           i.position, $7::timestamptz
    FROM next, rest r JOIN cart_items i ON i.id = r.line
), fewer AS (
    UPDATE cart_items i SET quantity = i.quantity - r.quantity, updated_at = $7::timestamptz
    FROM rest r WHERE i.id = r.line AND i.quantity > r.quantity
), gone AS (
    DELETE FROM cart_items i USING rest r WHERE i.id = r.line AND i.quantity = r.quantity
)
UPDATE carts SET continued_in = next.id FROM next WHERE carts.id = $1
