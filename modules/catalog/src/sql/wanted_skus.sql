-- Which products of store $1 want a SKU that another imported product has: $2 the keys of those who want,
-- $3 the SKU that each wants.
SELECT w.key AS taker, p.create_key AS giver, v.sku
FROM unnest($2::text[], $3::text[]) AS w (key, sku)
JOIN variants v ON v.store_id = $1 AND v.sku = w.sku AND v.archived_at IS NULL
JOIN products p ON p.id = v.product_id
WHERE p.create_key <> w.key
