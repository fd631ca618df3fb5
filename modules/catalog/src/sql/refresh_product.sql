-- A new version of a product whose variants or images changed, with what lists show of them: $1 its id,
-- $2 now.
UPDATE products p
SET version = version + 1, updated_at = $2,
    price_from = v.low, price_to = v.high, compare_at = v.compare_at, image = m.image
FROM (SELECT min(price) AS low, max(price) AS high,
             (array_agg(compare_at ORDER BY price, position))[1] AS compare_at
      FROM variants WHERE product_id = $1 AND archived_at IS NULL) v
LEFT JOIN (SELECT jsonb_build_object(
               'small', jsonb_build_object('key', small_key, 'width', small_width, 'height', small_height),
               'medium', jsonb_build_object('key', medium_key, 'width', medium_width, 'height', medium_height)) AS image
           FROM product_images WHERE product_id = $1 ORDER BY position, id LIMIT 1) m ON true
WHERE p.id = $1
