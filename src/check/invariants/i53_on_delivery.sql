-- schemas: orders, payments
-- Of what stores are paid themselves, a store order is to be paid on delivery just while the leg of it is open, is paid if that was, and is not if nobody will pay it.
-- What is still on its way (a checkout that is due, an event that is not delivered) is not settled yet.
WITH told AS (
    SELECT p.id, p.reference FROM payments.payments p
    WHERE NOT EXISTS (SELECT 1 FROM orders.checkouts c WHERE c.order_id = p.reference AND c.due_at IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM payments.outbox_event e
                      LEFT JOIN payments.outbox_delivery d ON d.event_id = e.id
                      WHERE e.aggregate_id = p.id AND (e.fanned_out_at IS NULL OR d.state = 'pending'))
)
SELECT s.order_id, s.id AS store_order, s.settlement, l.status AS leg
FROM told t
JOIN orders.checkouts c ON c.order_id = t.reference AND c.payment_id = t.id
JOIN payments.payment_legs l ON l.payment_id = t.id
JOIN orders.store_orders s ON s.id = l.part
WHERE CASE l.status
          WHEN 'open' THEN s.settlement <> 'on_delivery'
          WHEN 'unpaid' THEN s.settlement <> 'unpaid'
          ELSE s.settlement NOT IN ('paid', 'partially_refunded', 'refunded')
      END
  -- What came after its part was cancelled goes back.
  AND NOT (l.came_late AND s.fulfilment = 'cancelled' AND s.settlement = 'unpaid')
UNION ALL
SELECT s.order_id, s.id, s.settlement, NULL
FROM orders.store_orders s
WHERE s.settlement = 'on_delivery'
  AND NOT EXISTS (SELECT 1 FROM payments.payment_legs l WHERE l.part = s.id)
