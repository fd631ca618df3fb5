-- schemas: orders
-- A store order's commission and earning are its total, and its commission is the sum of its lines' frozen commissions.
SELECT s.order_id, s.id AS store_order_id, s.total, s.commission, s.earning
FROM orders.store_orders s
LEFT JOIN LATERAL (SELECT sum(i.commission) AS commission FROM orders.order_items i
                   WHERE i.store_order_id = s.id) i ON true
WHERE s.commission + s.earning <> s.total OR s.commission IS DISTINCT FROM i.commission
