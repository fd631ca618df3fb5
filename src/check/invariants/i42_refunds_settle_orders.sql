-- schemas: orders, payments
-- A completed refund of an order went back as that, and a store order is settled as what went back of it, by refunds and lost disputes, says: paid, refunded in part, refunded.
-- What is still on its way (a refund that runs, a checkout that is due, an event that is not delivered) is not settled yet.
WITH told AS (
    SELECT p.id, p.reference FROM payments.payments p
    WHERE p.captured_at IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM payments.refunds r WHERE r.payment_id = p.id AND r.status = 'pending')
      AND NOT EXISTS (SELECT 1 FROM orders.refunds r WHERE r.payment_id = p.id AND r.state IN ('requested', 'asked'))
      AND NOT EXISTS (SELECT 1 FROM orders.checkouts c WHERE c.order_id = p.reference AND c.due_at IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM payments.outbox_event e
                      LEFT JOIN payments.outbox_delivery d ON d.event_id = e.id
                      WHERE e.aggregate_id = p.id AND (e.fanned_out_at IS NULL OR d.state = 'pending'))
)
SELECT r.order_id, r.id AS subject, 'refund' AS what, r.amount::text AS kept, p.status AS found
FROM told t JOIN orders.refunds r ON r.payment_id = t.id AND r.state = 'completed'
LEFT JOIN payments.refunds p ON p.key = r.id
WHERE p.status IS DISTINCT FROM 'completed' OR p.amount <> r.amount OR p.payment_id <> r.payment_id
   OR r.amount <> (SELECT coalesce(sum(i.amount), 0) FROM orders.refund_parts i WHERE i.refund_id = r.id)
UNION ALL
SELECT s.order_id, s.id, 'settlement', s.settlement, i.refunded || ' of ' || i.amount
FROM told t
JOIN orders.checkouts c ON c.order_id = t.reference AND c.payment_id = t.id
JOIN payments.payment_splits i ON i.payment_id = t.id AND i.amount > 0
JOIN orders.store_orders s ON s.id = i.part
LEFT JOIN payments.payment_legs l ON l.split_id = i.id
WHERE NOT (coalesce(l.came_late, false) AND s.fulfilment = 'cancelled' AND s.settlement = 'unpaid')
  AND s.settlement <> CASE WHEN l.status = 'unpaid' THEN 'unpaid' WHEN i.refunded = 0 THEN 'paid' WHEN i.refunded < i.amount THEN 'partially_refunded' ELSE 'refunded' END
UNION ALL
SELECT s.order_id, s.id, 'lost', s.lost::text, l.amount::text
FROM told t
JOIN orders.checkouts c ON c.order_id = t.reference AND c.payment_id = t.id
JOIN payments.payment_splits i ON i.payment_id = t.id
JOIN orders.store_orders s ON s.id = i.part
CROSS JOIN LATERAL (
    SELECT coalesce(sum(p.amount), 0) AS amount FROM payments.dispute_parts p
    JOIN payments.disputes d ON d.id = p.dispute_id AND d.state = 'lost'
    WHERE p.split_id = i.id) l
WHERE s.lost <> l.amount
