-- What cart and checkout need of the variants $1, in ascending order of the id. A file: of an image it
-- takes one size, and of products neither the descriptions nor the tags, for every cart that is read.
SELECT v.id, v.product_id, v.store_id, p.name, p.slug, v.sku, v.options::text AS options,
       (p.image -> 'small')::text AS image, p.category_id, v.price, v.currency, v.weight_grams,
       p.status = 'active' AND v.archived_at IS NULL AS active, i.on_hand - i.reserved AS available, i.stock_policy
FROM variants v JOIN products p ON p.id = v.product_id JOIN inventory i ON i.variant_id = v.id
WHERE v.id = ANY($1) ORDER BY v.id
