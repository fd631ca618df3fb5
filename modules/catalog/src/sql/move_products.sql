-- Puts products of category $1 into category $2: $3 now, $4 how many at most.
UPDATE products SET category_id = $2, version = version + 1, updated_at = $3
WHERE id = ANY (ARRAY(SELECT id FROM products WHERE category_id = $1 LIMIT $4 FOR UPDATE))
