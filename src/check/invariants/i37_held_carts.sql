-- schemas: carts, orders
-- A held cart has an order that is on its way or being given back, or one that is about to be placed; an open cart has no living order.
-- How long it has been held is told by the newest change of any cart, not by now(). Orders that are older than holding leave their carts open.
SELECT c.id AS cart_id, c.order_id, 'held, but its order is over' AS what
FROM carts.carts c
JOIN orders.checkouts k ON k.order_id = c.order_id AND k.due_at IS NULL
WHERE c.status = 'held'
UNION ALL
SELECT c.id, c.order_id, 'held for more than an hour for an order that is not there'
FROM carts.carts c
WHERE c.status = 'held'
  AND NOT EXISTS (SELECT 1 FROM orders.orders o WHERE o.id = c.order_id AND o.cart_id = c.id)
  AND c.held_at < (SELECT max(n.updated_at) FROM carts.carts n) - interval '1 hour'
UNION ALL
SELECT c.id, o.id, 'open, but it has a living order'
FROM carts.carts c
JOIN orders.orders o ON o.cart_id = c.id AND o.status <> 'cancelled' AND o.cart_held
WHERE c.status = 'open'
