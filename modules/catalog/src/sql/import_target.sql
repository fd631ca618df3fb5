-- The product of store $1 that was made with key $2, if there is one, and which of the SKUs $3 belong to
-- other products of the store.
SELECT p.id, ARRAY(SELECT v.sku FROM variants v
                   WHERE v.store_id = $1 AND v.sku = ANY($3) AND v.archived_at IS NULL
                     AND v.product_id IS DISTINCT FROM p.id) AS taken
FROM (VALUES (1)) AS request LEFT JOIN products p ON p.store_id = $1 AND p.create_key = $2
