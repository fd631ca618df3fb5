-- One product with all that belongs to it: $1 its id, or null and then $2 its slug.
SELECT p.id, p.store_id, p.name, p.slug, p.description, p.category_id, p.brand, p.tags, p.status,
       p.currency, p.version, p.created_at, p.updated_at,
       (SELECT json_agg(json_build_object(
                   'id', v.id, 'sku', v.sku, 'options', v.options, 'price', v.price::text,
                   'compare_at', v.compare_at::text, 'weight_grams', v.weight_grams, 'barcode', v.barcode,
                   'on_hand', i.on_hand, 'reserved', i.reserved, 'stock_policy', i.stock_policy,
                   'version', i.version) ORDER BY v.position, v.id)::text
        FROM variants v JOIN inventory i ON i.variant_id = v.id
        WHERE v.product_id = p.id AND v.archived_at IS NULL) AS variants,
       (SELECT json_agg(json_build_object(
                   'id', m.id, 'alt_text', m.alt_text, 'position', m.position,
                   'small', json_build_object('key', m.small_key, 'width', m.small_width, 'height', m.small_height),
                   'medium', json_build_object('key', m.medium_key, 'width', m.medium_width, 'height', m.medium_height),
                   'large', json_build_object('key', m.large_key, 'width', m.large_width, 'height', m.large_height))
                   ORDER BY m.position, m.id)::text
        FROM product_images m WHERE m.product_id = p.id) AS images
FROM products p
WHERE p.id = coalesce($1, (SELECT s.id FROM products s WHERE s.slug = $2))
