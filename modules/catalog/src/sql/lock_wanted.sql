-- What is wanted, locked in the order of the variants: $1 variants, $2 keys of reservations.
-- What is not counted is not locked, so its buyers do not wait for each other. One row at least:
-- `known` are the keys that have a reservation, `uncounted` the variants that are not counted.
WITH stock AS MATERIALIZED (
    SELECT variant_id, product_id, store_id, on_hand, reserved, stock_policy
    FROM inventory
    WHERE variant_id = ANY ($1::uuid[]) AND stock_policy <> 'not_counted'
    ORDER BY variant_id
    FOR UPDATE
)
SELECT asked.known, asked.uncounted,
       s.variant_id, s.product_id, s.store_id, s.on_hand, s.reserved, s.stock_policy
FROM (SELECT ARRAY(SELECT key FROM reservations WHERE key = ANY ($2::uuid[])) AS known,
             ARRAY(SELECT variant_id FROM inventory
                   WHERE variant_id = ANY ($1::uuid[]) AND stock_policy = 'not_counted') AS uncounted) asked
LEFT JOIN stock s ON true
