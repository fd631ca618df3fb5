-- Another quantity of a line of an open cart: $1 the cart, $2 the version that was read, $3 now, $4
-- when a guest's cart ends, $5 the line, $6 its units, $7 open. Answers no row if the cart has changed since.
WITH cart AS (
    UPDATE carts SET version = version + 1, updated_at = $3, expires_at = $4
    WHERE id = $1 AND version = $2 AND status = $7
    RETURNING id
), line AS (
    UPDATE cart_items SET quantity = $6, updated_at = $3
    FROM cart WHERE cart_items.cart_id = cart.id AND cart_items.id = $5
)
SELECT id FROM cart
