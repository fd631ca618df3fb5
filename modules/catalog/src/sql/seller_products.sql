-- The products of store $1 with sums of their stock, newest first: of status $2, with $3 in the name, or as a
-- SKU in any case or a barcode with or without its spaces, each if it is not null; if $4 those that cannot be
-- bought; those before $5, at most $6.
SELECT p.id, p.slug, p.name, p.status, p.price_from, p.price_to, p.currency, p.updated_at,
       (p.image -> 'small')::text AS image, s.variants, s.available, s.not_counted, s.sold_out
FROM products p
CROSS JOIN LATERAL (
    SELECT count(*) AS variants,
           coalesce(sum(greatest(i.on_hand - i.reserved, 0))
                    FILTER (WHERE i.stock_policy <> 'not_counted'), 0)::bigint AS available,
           coalesce(bool_and(i.stock_policy = 'not_counted'), false) AS not_counted,
           coalesce(bool_and(i.stock_policy = 'counted' AND i.on_hand = i.reserved), true) AS sold_out,
           coalesce(bool_or(lower(v.sku) = lower($3) OR translate(v.barcode, ' -', '') = translate($3, ' -', '')), false)
               AS is_coded
    FROM inventory i JOIN variants v ON v.product_id = i.product_id AND v.id = i.variant_id
    WHERE i.product_id = p.id AND v.archived_at IS NULL) s
WHERE p.store_id = $1 AND p.id < $5 AND ($2::text IS NULL OR p.status = $2)
  AND ($3::text IS NULL OR strpos(p.name_plain, lower(unaccent($3))) > 0 OR s.is_coded)
  AND (NOT $4 OR s.sold_out)
ORDER BY p.id DESC LIMIT $6
