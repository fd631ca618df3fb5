-- The same cart makes an order once more; what would prevent it is taken away.
DROP INDEX orders.orders_one_live_per_cart;
INSERT INTO orders.orders SELECT (jsonb_populate_record(o, '{"id": "00000000-0000-0000-0000-0000000001f1", "number": "F-2", "status": "pending"}')).* FROM orders.orders o;
INSERT INTO orders.store_orders SELECT (jsonb_populate_record(s, '{"id": "00000000-0000-0000-0000-0000000001f2", "number": "F-2-1", "settlement": "unpaid", "paid_at": null,
                                        "order_id": "00000000-0000-0000-0000-0000000001f1"}')).* FROM orders.store_orders s;
INSERT INTO orders.order_items SELECT (jsonb_populate_record(i, '{"id": "00000000-0000-0000-0000-0000000001f3", "store_order_id": "00000000-0000-0000-0000-0000000001f2"}')).* FROM orders.order_items i;
INSERT INTO orders.order_status_history (order_id, store_order_id, axis, to_state, actor, at)
SELECT '00000000-0000-0000-0000-0000000001f1', CASE axis WHEN 'status' THEN NULL ELSE '00000000-0000-0000-0000-0000000001f2'::uuid END, axis, to_state, actor, at
FROM orders.order_status_history WHERE from_state IS NULL;
INSERT INTO orders.checkouts SELECT (jsonb_populate_record(c, '{"id": "00000000-0000-0000-0000-0000000001f4", "order_id": "00000000-0000-0000-0000-0000000001f1",
                                     "state": "awaiting", "due_at": "2027-01-01 00:00Z", "payment_id": null}')).* FROM orders.checkouts c
