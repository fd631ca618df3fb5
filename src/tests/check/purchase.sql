-- One purchase as the modules leave it: two units of one variant, paid and confirmed.
INSERT INTO catalog.products (id, store_id, name, name_plain, slug, description, status, search, currency, price_from, price_to)
VALUES ('00000000-0000-0000-0000-0000000000a1', '00000000-0000-0000-0000-00000000005e', 'Mug', 'mug', 'mug', '', 'active', 'mug', 'BRL', 50, 50);
INSERT INTO catalog.variants (id, product_id, store_id, sku, options, price, currency, weight_grams, position)
VALUES ('00000000-0000-0000-0000-0000000000b1', '00000000-0000-0000-0000-0000000000a1', '00000000-0000-0000-0000-00000000005e', 'MUG', '[]', 50, 'BRL', 300, 1);
INSERT INTO catalog.inventory (variant_id, product_id, store_id, on_hand, reserved)
VALUES ('00000000-0000-0000-0000-0000000000b1', '00000000-0000-0000-0000-0000000000a1', '00000000-0000-0000-0000-00000000005e', 3, 0);
INSERT INTO catalog.inventory_movements (id, variant_id, store_id, on_hand_change, reserved_change, reason, reference, actor, at)
SELECT gen_random_uuid(), '00000000-0000-0000-0000-0000000000b1', '00000000-0000-0000-0000-00000000005e', m.on_hand, m.reserved, m.reason, m.reference, 'system:order', now()
FROM (VALUES (5, 0, 'initial', NULL), (0, 2, 'reserved', 'R'), (-2, -2, 'order_placed', 'R')) AS m (on_hand, reserved, reason, reference);
INSERT INTO catalog.reservations (key, state, expires_at) VALUES ('00000000-0000-0000-0000-0000000000c1', 'committed', now());
INSERT INTO catalog.reservation_lines (key, variant_id, quantity)
VALUES ('00000000-0000-0000-0000-0000000000c1', '00000000-0000-0000-0000-0000000000b1', 2);

INSERT INTO carts.carts (id, user_id, currency, status, held_at, order_id)
VALUES ('00000000-0000-0000-0000-0000000000d1', '00000000-0000-0000-0000-0000000000e1', 'BRL', 'completed', now(), '00000000-0000-0000-0000-0000000000f1');

INSERT INTO orders.orders (id, number, user_id, email, locale, cart_id, cart_held, status, currency, subtotal, discount, shipping, tax, total,
                           shipping_address, billing_address, placed_at, expires_at, version)
VALUES ('00000000-0000-0000-0000-0000000000f1', 'F-1', '00000000-0000-0000-0000-0000000000e1', 'buyer@example.com', 'en',
        '00000000-0000-0000-0000-0000000000d1', true, 'confirmed', 'BRL', 100, 0, 5, 0, 105, '{}', '{}', now(), now(), 2);
INSERT INTO orders.store_orders (id, order_id, position, number, store_id, store_name, fulfilment, settlement, currency,
                                 subtotal, discount, shipping, tax, total, commission, earning, shipping_method_id, shipping_method, placed_at, paid_at, version)
VALUES ('00000000-0000-0000-0000-0000000000f2', '00000000-0000-0000-0000-0000000000f1', 1, 'F-1-1', '00000000-0000-0000-0000-00000000005e', 'Store',
        'pending', 'paid', 'BRL', 100, 0, 5, 0, 105, 10, 95, gen_random_uuid(), 'Post', now(), now(), 2);
INSERT INTO orders.order_items (id, store_order_id, position, store_id, variant_id, product_id, title, sku, options, currency, quantity,
                                unit_price, discount, tax, total, commission_rule, commission_base, commission)
VALUES ('00000000-0000-0000-0000-0000000000f3', '00000000-0000-0000-0000-0000000000f2', 1, '00000000-0000-0000-0000-00000000005e',
        '00000000-0000-0000-0000-0000000000b1', '00000000-0000-0000-0000-0000000000a1', 'Mug', 'MUG', '[]', 'BRL', 2, 50, 0, 0, 100, gen_random_uuid(), 100, 10);
INSERT INTO orders.order_status_history (order_id, store_order_id, axis, from_state, to_state, actor, at)
SELECT '00000000-0000-0000-0000-0000000000f1', h.part::uuid, h.axis, h.before, h.after, 'system:order', now()
FROM (VALUES (NULL, 'status', NULL, 'pending'), (NULL, 'status', 'pending', 'confirmed'),
             ('00000000-0000-0000-0000-0000000000f2', 'fulfilment', NULL, 'pending'),
             ('00000000-0000-0000-0000-0000000000f2', 'settlement', NULL, 'unpaid'),
             ('00000000-0000-0000-0000-0000000000f2', 'settlement', 'unpaid', 'paid')) AS h (part, axis, before, after);
INSERT INTO orders.checkouts (id, fingerprint, order_id, state, attempt, reservation, payment_id)
VALUES ('00000000-0000-0000-0000-0000000000f4', 'print', '00000000-0000-0000-0000-0000000000f1', 'confirmed', 1,
        '00000000-0000-0000-0000-0000000000c1', '00000000-0000-0000-0000-000000000091');

INSERT INTO payments.payments (id, key, reference, attempt, description, method, gateway, amount, currency, status, transaction_id, captured_at, expires_at)
VALUES ('00000000-0000-0000-0000-000000000091', gen_random_uuid(), '00000000-0000-0000-0000-0000000000f1', 1, 'F-1', 'pix', 'sandbox', 105, 'BRL',
        'completed', 'T1', now(), now());
INSERT INTO payments.payment_splits (id, payment_id, position, store_id, part, amount, commission, earning)
VALUES ('00000000-0000-0000-0000-000000000092', '00000000-0000-0000-0000-000000000091', 1, '00000000-0000-0000-0000-00000000005e',
        '00000000-0000-0000-0000-0000000000f2', 105, 10, 95);
INSERT INTO payments.transactions (id, payment_id, kind, gateway_id, outcome, at)
VALUES (gen_random_uuid(), '00000000-0000-0000-0000-000000000091', 'charge', 'T1', 'captured', now());
WITH t AS (INSERT INTO payments.ledger_transactions (id, kind, source_id, at)
           VALUES ('00000000-0000-0000-0000-000000000093', 'capture', '00000000-0000-0000-0000-000000000091', now())
           RETURNING id)
INSERT INTO payments.ledger_entries (id, transaction_id, kind, account, store_id, amount, currency, payment_id, split_id, at)
SELECT gen_random_uuid(), t.id, 'capture', e.account, e.store::uuid, e.amount, 'BRL',
       '00000000-0000-0000-0000-000000000091', e.split::uuid, now()
FROM t, (VALUES ('provider_clearing', NULL, 105, NULL),
             ('seller_pending', '00000000-0000-0000-0000-00000000005e', -95, '00000000-0000-0000-0000-000000000092'),
             ('platform_commission', '00000000-0000-0000-0000-00000000005e', -10, '00000000-0000-0000-0000-000000000092')) AS e (account, store, amount, split);
