-- The store order $1 of the store $2 as a `SellerOrder`.
SELECT json_build_object(
    'store_order', json_build_object(
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
            FROM order_items i WHERE i.store_order_id = s.id)),
    'order_number', o.number, 'buyer_email', o.email, 'shipping_address', o.shipping_address,
    'commission', money(s.commission, s.currency), 'earning', money(s.earning, s.currency),
    'version', s.version, 'placed_at', s.placed_at,
    'refunds', (SELECT coalesce(json_agg(json_build_object(
        'id', r.id, 'made', r.refund_id, 'order', r.order_id, 'amount', money(i.amount, r.currency), 'borne_by', r.borne_by,
        'reason', r.reason, 'note', r.note, 'state', r.state, 'failure', r.failure, 'reference', r.reference, 'actor', r.actor,
        'created_at', r.created_at, 'parts', json_build_array(json_build_object(
            'store_order', i.store_order_id, 'amount', money(i.amount, r.currency)))) ORDER BY r.created_at, r.id), '[]')
        FROM refund_parts i JOIN refunds r ON r.id = i.refund_id WHERE i.store_order_id = s.id),
    'history', (
        SELECT coalesce(json_agg(json_build_object(
            'store_order', h.store_order_id, 'axis', h.axis, 'from', h.from_state, 'to', h.to_state,
            'actor', h.actor, 'reason', h.reason, 'at', h.at) ORDER BY h.seq, h.position, h.axis), '[]')
        FROM order_history h WHERE h.order_id = o.id AND h.store_order_id = s.id))
FROM store_orders s JOIN orders o ON o.id = s.order_id
WHERE s.id = $1 AND s.store_id = $2
