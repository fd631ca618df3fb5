-- schemas: orders
-- The last state in the history of each axis is the current state, and each entry starts where the one before it ended.
WITH history AS (
    SELECT h.order_id, h.store_order_id, h.axis, h.from_state, h.to_state,
           lag(h.to_state) OVER chain AS before,
           row_number() OVER (PARTITION BY h.order_id, h.store_order_id, h.axis ORDER BY h.seq DESC) AS age
    FROM orders.order_history h
    WINDOW chain AS (PARTITION BY h.order_id, h.store_order_id, h.axis ORDER BY h.seq)
), current AS (
    SELECT o.id AS order_id, NULL::uuid AS store_order_id, 'status' AS axis, o.status AS state FROM orders.orders o
    UNION ALL
    SELECT s.order_id, s.id, 'fulfilment', s.fulfilment FROM orders.store_orders s
    UNION ALL
    SELECT s.order_id, s.id, 'settlement', s.settlement FROM orders.store_orders s
    UNION ALL
    SELECT s.order_id, s.id, 'completion', 'completed' FROM orders.store_orders s WHERE s.completed_at IS NOT NULL
)
SELECT c.order_id, c.store_order_id, c.axis, 'the last history entry is not the current state' AS what
FROM current c
LEFT JOIN history h ON h.order_id = c.order_id AND h.axis = c.axis AND h.age = 1
                   AND h.store_order_id IS NOT DISTINCT FROM c.store_order_id
WHERE h.to_state IS DISTINCT FROM c.state
UNION ALL
SELECT h.order_id, h.store_order_id, h.axis, 'an entry does not start where the one before it ended'
FROM history h
WHERE h.from_state IS DISTINCT FROM h.before
