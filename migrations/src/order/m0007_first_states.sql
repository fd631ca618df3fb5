-- What happened to an order, its first states included: those have no rows of their own since they
-- are the same for all, but in orders that releases before 0.3.0 placed.
CREATE VIEW order_history AS
SELECT h.order_id, h.store_order_id, h.axis, h.from_state, h.to_state, h.actor, h.reason, h.at, h.seq,
       0 AS position
FROM order_status_history h
UNION ALL
SELECT o.id, first.store_order_id, first.axis, NULL, first.state,
       CASE WHEN o.user_id IS NULL THEN 'guest' ELSE 'user:' || o.user_id END, NULL, o.placed_at, 0,
       first.position
FROM orders o
CROSS JOIN LATERAL (
    SELECT NULL::uuid AS store_order_id, 'status' AS axis, 'pending' AS state, 0 AS position
    UNION ALL
    SELECT s.id, part.axis, part.state, s.position
    FROM store_orders s, (VALUES ('fulfilment', 'pending'), ('settlement', 'unpaid')) AS part (axis, state)
    WHERE s.order_id = o.id
) first
WHERE NOT EXISTS (SELECT 1 FROM order_status_history f
                  WHERE f.order_id = o.id AND f.axis = 'status' AND f.from_state IS NULL);
