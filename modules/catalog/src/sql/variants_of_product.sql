-- The variants of product $1 in display order, without archived ones, with how they are counted.
SELECT v.id, v.sku, v.options::text AS options, v.price, v.compare_at, v.position, v.imported_quantity,
       i.stock_policy
FROM variants v JOIN inventory i ON i.variant_id = v.id
WHERE v.product_id = $1 AND v.archived_at IS NULL ORDER BY v.position, v.id
