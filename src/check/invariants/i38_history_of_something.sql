-- schemas: orders
-- Every row of an order's history belongs to an order, and to a store order of it where it names one.
SELECT h.order_id, h.store_order_id, h.axis
FROM orders.order_status_history h
WHERE NOT EXISTS (SELECT 1 FROM orders.orders o WHERE o.id = h.order_id)
   OR (h.store_order_id IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM orders.store_orders s
                       WHERE s.id = h.store_order_id AND s.order_id = h.order_id));
