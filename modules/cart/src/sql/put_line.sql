-- Puts a line into an open cart, or its quantity and price into the line of the same variant: $1 the
-- cart, $2 the version that was read, $3 now, $4 when a guest's cart ends, $5 the line's id, $6 its
-- variant, $7 product, $8 store, $9 title, $10 quantity, $11 price, $12 currency, $13 position, $14 open.
-- Answers no row if the cart has changed since.
WITH cart AS (
    UPDATE carts SET version = version + 1, updated_at = $3, expires_at = $4
    WHERE id = $1 AND version = $2 AND status = $14
    RETURNING id
), line AS (
    INSERT INTO cart_items (id, cart_id, variant_id, product_id, store_id, title, quantity, unit_price, currency,
                            position, updated_at)
    SELECT $5, cart.id, $6, $7, $8, $9, $10, $11, $12, $13, $3 FROM cart
    ON CONFLICT (cart_id, variant_id) DO UPDATE SET quantity = excluded.quantity,
        unit_price = excluded.unit_price, updated_at = excluded.updated_at
)
SELECT id FROM cart
