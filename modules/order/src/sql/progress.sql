-- All that a step of the checkout needs to know of the order $1, as a `Progress`.
SELECT json_build_object(
    'checkout', c.id, 'order', o.id, 'number', o.number, 'user', o.user_id, 'cart', o.cart_id,
    'cart_held', o.cart_held, 'state', c.state, 'attempt', c.attempt, 'method', c.method,
    'reservation', c.reservation, 'payment', c.payment_id, 'expires_at', o.expires_at,
    'total', money(o.total, o.currency),
    'parts', (SELECT json_agg(json_build_object(
                  'store', s.store_id, 'part', s.id, 'amount', money(s.total, s.currency),
                  'commission', money(s.commission, s.currency),
                  'earning', money(s.earning, s.currency)) ORDER BY s.position)
              FROM store_orders s WHERE s.order_id = o.id),
    'lines', (SELECT json_agg(json_build_object('variant', i.variant_id, 'quantity', i.quantity))
              FROM order_items i JOIN store_orders s ON s.id = i.store_order_id
              WHERE s.order_id = o.id))
FROM orders o JOIN checkouts c ON c.order_id = o.id
WHERE o.id = $1
