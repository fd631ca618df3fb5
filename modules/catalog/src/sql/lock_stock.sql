-- Locks the stock of variants in their order: $1 the variants, $2 whether also what is not counted.
-- What is not counted need not be locked to be held, so its buyers do not wait for each other.
SELECT variant_id, product_id, store_id, on_hand, reserved, stock_policy, version, low_told
FROM inventory
WHERE variant_id = ANY ($1::uuid[]) AND ($2 OR stock_policy <> 'not_counted')
ORDER BY variant_id
FOR UPDATE
