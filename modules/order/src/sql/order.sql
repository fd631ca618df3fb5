-- The order $1 as an `Order` without its payment, with whose it is and what paid for it.
SELECT json_build_object(
    'owner', json_build_object(
        'order', o.id, 'user', o.user_id, 'guest', o.guest_token_hash, 'cart_id', o.cart_id,
        'cart', o.cart_token_hash),
    'paid_by', c.payment_id,
    'order', json_build_object(
        'id', o.id, 'number', o.number, 'user', o.user_id, 'email', o.email, 'locale', o.locale,
        'status', o.status,
        'totals', json_build_object(
            'subtotal', money(o.subtotal, o.currency), 'discount', money(o.discount, o.currency),
            'shipping', money(o.shipping, o.currency), 'tax', money(o.tax, o.currency),
            'total', money(o.total, o.currency)),
        'shipping_address', o.shipping_address, 'billing_address', o.billing_address,
        'cart', o.cart_id, 'returned', c.returned, 'payment', NULL, 'version', o.version,
        'refunds', (SELECT coalesce(json_agg(json_build_object(
            'id', r.id, 'made', r.refund_id, 'order', r.order_id, 'amount', money(r.amount, r.currency), 'borne_by', r.borne_by,
            'reason', r.reason, 'note', r.note, 'state', r.state, 'failure', r.failure, 'reference', r.reference, 'actor', r.actor,
            'created_at', r.created_at, 'parts', (SELECT json_agg(json_build_object(
                'store_order', i.store_order_id, 'amount', money(i.amount, r.currency)) ORDER BY i.store_order_id)
                FROM refund_parts i WHERE i.refund_id = r.id)) ORDER BY r.created_at, r.id), '[]')
            FROM refunds r WHERE r.order_id = o.id),
        'placed_at', o.placed_at, 'expires_at', o.expires_at,
        'store_orders', (
            SELECT json_agg(json_build_object(
                'id', s.id, 'number', s.number, 'store', s.store_id, 'store_name', s.store_name,
                'fulfilment', s.fulfilment, 'settlement', s.settlement,
                'totals', json_build_object(
                    'subtotal', money(s.subtotal, s.currency), 'discount', money(s.discount, s.currency),
                    'shipping', money(s.shipping, s.currency), 'tax', money(s.tax, s.currency),
                    'total', money(s.total, s.currency)),
                'shipping_method', s.shipping_method,
                'return_window_ends_at', s.return_window_ends_at, 'completed_at', s.completed_at,
                'fiscal_document', (SELECT json_build_object(
                    'key', d.key, 'series', d.series, 'number', d.number, 'media_type', d.media_type, 'added_at', d.added_at)
                    FROM fiscal_documents d WHERE d.store_order_id = s.id),
                'shipments', coalesce((SELECT json_agg(json_build_object(
                    'id', h.id, 'carrier', h.carrier, 'tracking_number', h.tracking_number,
                    'shipped_at', h.shipped_at) ORDER BY h.id)
                    FROM shipments h WHERE h.store_order_id = s.id), '[]'),
                'lines', (SELECT json_agg(json_build_object(
                    'variant', i.variant_id, 'product', i.product_id, 'title', i.title, 'sku', i.sku,
                    'options', i.options, 'image', i.image, 'quantity', i.quantity,
                    'unit_price', money(i.unit_price, i.currency), 'discount', money(i.discount, i.currency),
                    'tax', money(i.tax, i.currency), 'total', money(i.total, i.currency)) ORDER BY i.position)
                    FROM order_items i WHERE i.store_order_id = s.id)) ORDER BY s.position)
            FROM store_orders s WHERE s.order_id = o.id),
        'history', (
            SELECT coalesce(json_agg(json_build_object(
                'store_order', h.store_order_id, 'axis', h.axis, 'from', h.from_state, 'to', h.to_state,
                'actor', h.actor, 'reason', h.reason, 'at', h.at) ORDER BY h.seq, h.position, h.axis), '[]')
            FROM order_history h WHERE h.order_id = o.id)))
FROM orders o JOIN checkouts c ON c.order_id = o.id
WHERE o.id = $1
