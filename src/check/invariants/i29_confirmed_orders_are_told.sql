-- schemas: orders, notifications
-- Of an order that was confirmed somebody has a message, once notification has heard of it.
SELECT e.aggregate_id AS "order", e.id AS event, d.done_at
FROM orders.outbox_event e
JOIN orders.outbox_delivery d ON d.event_id = e.id AND d.subscriber = 'notification.orders' AND d.state = 'done'
WHERE e.name = 'order.confirmed.v1'
  AND NOT EXISTS (SELECT 1 FROM notifications.notifications n WHERE n.event_id = e.id)
