-- Puts the products of category $1 into category $2: $3 now.
UPDATE products SET category_id = $2, version = version + 1, updated_at = $3 WHERE category_id = $1
