-- Takes the key of a restock if it is new, and only then locks the stock: $1 the key, $2 reason,
-- $3 reference, $4 the variants, $5 the sale's reservation. What does not come back is what the sale did not
-- take, whatever its variant's policy is today; where the sale is not named, what is not counted today.
WITH made AS (
    INSERT INTO restocks (key, reason, reference) VALUES ($1, $2, $3)
    ON CONFLICT (key) DO NOTHING RETURNING key
)
SELECT i.variant_id, i.product_id,
       coalesce(r.uncounted @> jsonb_build_array(jsonb_build_object('variant', i.variant_id)),
                i.stock_policy = 'not_counted') AS uncounted
FROM made JOIN inventory i ON i.variant_id = ANY($4) LEFT JOIN reservations r ON r.key = $5
ORDER BY i.variant_id FOR UPDATE OF i
