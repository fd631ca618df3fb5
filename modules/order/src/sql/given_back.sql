-- What refunds of the order $1, of its payment $2, and disputes that were lost have taken of each store order,
-- and what is set aside for refunds that run. What was lost is of the payment that the order was paid with.
SELECT s.id AS store_order_id,
       coalesce(g.completed, 0) + CASE WHEN c.payment_id IS NULL OR c.payment_id = $2 THEN s.lost ELSE 0 END AS completed,
       coalesce(g.open, 0) AS open
FROM store_orders s
LEFT JOIN checkouts c ON c.order_id = s.order_id
LEFT JOIN (SELECT i.store_order_id,
                  sum(i.amount) FILTER (WHERE r.state = 'completed') AS completed,
                  sum(i.amount) FILTER (WHERE r.state IN ('requested', 'asked')) AS open
           FROM refunds r JOIN refund_parts i ON i.refund_id = r.id
           WHERE r.order_id = $1 AND r.payment_id = $2 AND r.state <> 'failed'
           GROUP BY i.store_order_id) g ON g.store_order_id = s.id
WHERE s.order_id = $1
ORDER BY s.id LIMIT 1000
