-- Takes a line out of an open cart: $1 the cart, $2 the version that was read, $3 now, $4 when a
-- guest's cart ends, $5 the line, $6 open. Answers no row if the cart has changed since.
WITH cart AS (
    UPDATE carts SET version = version + 1, updated_at = $3, expires_at = $4
    WHERE id = $1 AND version = $2 AND status = $6
    RETURNING id
), line AS (
    DELETE FROM cart_items USING cart
    WHERE cart_items.cart_id = cart.id AND cart_items.id = $5
)
SELECT id FROM cart
