-- schemas: orders, payments
-- A paid order has one captured payment of its whole total, or one of which its stores were paid themselves, and a captured payment that was not given back has a living, paid order.
-- Of what came back after it was given back, or that nobody will send, operators are told elsewhere.
-- What is still on its way (a checkout that is due, an event that is not delivered) is not settled yet, but a cancelled order
-- gives back within a day, and one that waits for its money has it or has ended a day after its time to pay.
-- That day is told by the newest change of any order and by when the sweeper comes next, not by now().
WITH settled AS (
    SELECT o.id, o.number, o.status, o.total, o.currency,
           bool_or(s.settlement NOT IN ('unpaid', 'on_delivery')) AS paid, bool_and(s.fulfilment = 'cancelled') AS cancelled
    FROM orders.orders o
    JOIN orders.store_orders s ON s.order_id = o.id
    WHERE NOT EXISTS (SELECT 1 FROM orders.checkouts c WHERE c.order_id = o.id AND c.due_at IS NOT NULL)
    GROUP BY o.id
), kept AS (
    SELECT p.id, p.reference, p.amount, p.currency
    FROM payments.payments p
    WHERE p.captured_at IS NOT NULL AND p.refunded + p.uncollected < p.amount
      AND NOT EXISTS (SELECT 1 FROM payments.refunds r WHERE r.payment_id = p.id AND r.status = 'pending')
      AND NOT EXISTS (SELECT 1 FROM payments.outbox_event e
                      LEFT JOIN payments.outbox_delivery d ON d.event_id = e.id
                      WHERE e.aggregate_id = p.id AND (e.fanned_out_at IS NULL OR d.state = 'pending'))
)
SELECT s.id AS order_id, NULL::uuid AS payment_id, 'paid without a captured payment of its total' AS what
FROM settled s
WHERE s.paid AND s.total > 0
  AND NOT EXISTS (SELECT 1 FROM payments.payments p
                  WHERE p.reference = s.id
                    AND (p.captured_at IS NOT NULL OR EXISTS (SELECT 1 FROM payments.payment_legs l
                                                              WHERE l.payment_id = p.id AND l.status = 'paid'))
                    AND p.amount = s.total AND p.currency = s.currency)
UNION ALL
SELECT k.reference, k.id, 'captured for an order that is not there'
FROM kept k
WHERE NOT EXISTS (SELECT 1 FROM orders.orders o WHERE o.id = k.reference)
UNION ALL
SELECT s.id, k.id, CASE WHEN s.cancelled THEN 'captured for a cancelled order, and not given back'
                        WHEN s.paid THEN 'captured, but not the total of its order'
                        ELSE 'captured for an order that is not paid' END
FROM kept k JOIN settled s ON s.id = k.reference
WHERE (s.cancelled AND NOT EXISTS (SELECT 1 FROM payments.refunds r WHERE r.payment_id = k.id AND r.borne_by IS NULL
                                   AND (r.returned_at IS NOT NULL OR r.withdrawn_at IS NOT NULL)))
   OR NOT s.paid OR (k.amount, k.currency) IS DISTINCT FROM (s.total, s.currency)
UNION ALL
SELECT c.order_id, c.payment_id, 'cancelled for more than a day, and stock or money is not given back'
FROM orders.checkouts c
WHERE c.state = 'cancelling'
  AND c.updated_at < greatest(c.due_at, (SELECT max(h.at) FROM orders.order_status_history h), (SELECT max(n.placed_at) FROM orders.orders n)) - interval '1 day'
UNION ALL
SELECT c.order_id, p.id, 'captured, and the order has been waiting for it for more than a day'
FROM orders.checkouts c
JOIN orders.orders o ON o.id = c.order_id
JOIN payments.payments p ON p.reference = c.order_id AND p.captured_at IS NOT NULL AND p.refunded < p.amount
WHERE c.state IN ('paying', 'awaiting')
  AND o.expires_at < greatest(c.due_at, (SELECT max(h.at) FROM orders.order_status_history h), (SELECT max(n.placed_at) FROM orders.orders n)) - interval '1 day'
