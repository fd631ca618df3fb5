-- Products of store $1 that a file made get other keys: $2 those, $3 the earlier ones.
UPDATE products p SET create_key = k.key
FROM unnest($2::text[], $3::text[]) AS k (key, earlier)
WHERE p.store_id = $1 AND p.create_key = k.earlier
  AND NOT EXISTS (SELECT 1 FROM products other WHERE other.store_id = $1 AND other.create_key = k.key)
