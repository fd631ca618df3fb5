-- The open cart, with its lines, of $1 a person or, where that is null, of $2 the hash of a guest's token,
-- not ended at $3 now; $4 open.
SELECT c.id, c.user_id, c.guest_token_hash, c.status, c.currency, c.destination, c.shipping_choices,
       c.expires_at, c.order_id, coalesce(c.merged_into, c.continued_in) AS continued_in, c.version,
       (SELECT coalesce(json_agg(json_build_object(
                   'id', i.id, 'variant', i.variant_id, 'product', i.product_id, 'store', i.store_id,
                   'title', i.title, 'quantity', i.quantity, 'unit_price', i.unit_price::text,
                   'currency', i.currency, 'position', i.position) ORDER BY i.position, i.id), '[]')
        FROM cart_items i WHERE i.cart_id = c.id) AS items
FROM carts c
WHERE c.id = coalesce(
    (SELECT id FROM carts WHERE user_id = $1::uuid AND status = 'open' ORDER BY id DESC LIMIT 1),
    (SELECT id FROM carts
     WHERE guest_token_hash = $2::text AND status IN ('open', 'held') AND status = $4 AND expires_at > $3::timestamptz
     ORDER BY id DESC LIMIT 1))
