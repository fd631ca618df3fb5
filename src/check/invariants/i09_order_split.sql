-- schemas: orders
-- Every order is split: it has store orders, each with lines, and a line belongs to its store order's store.
SELECT o.id AS order_id, 'the order has no store orders' AS what
FROM orders.orders o
WHERE NOT EXISTS (SELECT 1 FROM orders.store_orders s WHERE s.order_id = o.id)
UNION ALL
SELECT s.order_id, 'a store order has no lines'
FROM orders.store_orders s
WHERE NOT EXISTS (SELECT 1 FROM orders.order_items i WHERE i.store_order_id = s.id)
UNION ALL
SELECT s.order_id, 'a line is of another store than its store order'
FROM orders.store_orders s JOIN orders.order_items i ON i.store_order_id = s.id
WHERE i.store_id <> s.store_id
