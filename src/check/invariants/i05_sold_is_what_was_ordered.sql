-- schemas: catalog, orders
-- Of every confirmed order each variant's units were taken out of the stock once, or written down as not counted, exactly as many as its lines say.
-- What was not paid beside the rest, and was not held any more when that was sold, was never taken out.
WITH sold AS (
    SELECT c.order_id, c.reservation
    FROM orders.checkouts c
    WHERE c.state = 'confirmed'
), lines AS (
    SELECT sold.order_id, sold.reservation, i.variant_id, sum(i.quantity) AS ordered
    FROM sold
    JOIN orders.store_orders s ON s.order_id = sold.order_id
     AND NOT (s.fulfilment = 'cancelled' AND s.settlement = 'unpaid' AND s.restocks IS NOT NULL AND NOT s.restocks)
    JOIN orders.order_items i ON i.store_order_id = s.id
    GROUP BY sold.order_id, sold.reservation, i.variant_id
), taken AS (
    SELECT order_id, variant_id, sum(quantity) AS committed
    FROM (
        SELECT sold.order_id, l.variant_id, l.quantity
        FROM sold
        JOIN catalog.reservations r ON r.key = sold.reservation AND r.state = 'committed'
        JOIN catalog.reservation_lines l ON l.key = r.key
        UNION ALL
        SELECT sold.order_id, u.variant, u.quantity
        FROM sold
        JOIN catalog.reservations r ON r.key = sold.reservation AND r.state = 'committed'
        CROSS JOIN LATERAL jsonb_to_recordset(r.uncounted) AS u (variant uuid, quantity integer)
    ) both_kinds
    GROUP BY order_id, variant_id
)
SELECT coalesce(lines.order_id, taken.order_id) AS order_id,
       coalesce(lines.variant_id, taken.variant_id) AS variant_id, ordered, committed
FROM lines
FULL JOIN taken ON taken.order_id = lines.order_id AND taken.variant_id = lines.variant_id
WHERE ordered IS DISTINCT FROM committed
