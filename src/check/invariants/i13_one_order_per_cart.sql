-- schemas: carts, orders
-- A completed cart names the order that was made of it, and a cart has one living order.
SELECT c.id AS cart_id, c.order_id, 'completed without the order that it names' AS what
FROM carts.carts c
WHERE c.status = 'completed'
  AND NOT EXISTS (SELECT 1 FROM orders.orders o WHERE o.id = c.order_id AND o.cart_id = c.id)
UNION ALL
SELECT o.cart_id, max(o.id::text)::uuid, 'more than one living order'
FROM orders.orders o
WHERE o.status <> 'cancelled'
GROUP BY o.cart_id HAVING count(*) > 1
