-- Reservations that were found active are sold: $1 their keys; then the lines that were counted: $2
-- keys, $3 variants, $4 stores, $5 quantities, $6 ids of the movements, $7 who, $8 whether the
-- variant is low; $9 now.
WITH gone AS (
    SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::int[], $6::uuid[], $7::text[], $8::bool[])
        AS g (key, variant_id, store_id, quantity, movement, actor, low)
), left_stock AS (
    UPDATE inventory i
    SET on_hand = i.on_hand - s.quantity, reserved = i.reserved - s.quantity, low_told = s.low,
        version = i.version + 1, updated_at = $9
    FROM (SELECT variant_id, sum(quantity)::int AS quantity, bool_or(low) AS low
          FROM gone GROUP BY variant_id) s
    WHERE i.variant_id = s.variant_id
), moved AS (
    INSERT INTO inventory_movements (id, variant_id, store_id, on_hand_change, reserved_change, reason,
                                     reference, actor, at)
    SELECT movement, variant_id, store_id, -quantity, -quantity, 'order_placed', key::text, actor, $9 FROM gone
)
UPDATE reservations SET state = 'committed', updated_at = $9 WHERE key = ANY ($1::uuid[])
