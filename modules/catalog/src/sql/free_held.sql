-- Frees the locked stock of reservation $1: $2 the variants, $3 their quantities, $4 the movements'
-- ids, $5 which are low then, $6 reason, $7 who, $8 now.
WITH gone AS (
    SELECT * FROM unnest($2::uuid[], $3::int[], $4::uuid[], $5::bool[]) AS g (variant_id, quantity, movement, low)
), changed AS (
    UPDATE inventory i
    SET reserved = i.reserved - g.quantity, version = i.version + 1, updated_at = $8, low_told = g.low
    FROM gone g WHERE i.variant_id = g.variant_id AND i.reserved >= g.quantity
    RETURNING i.variant_id, i.store_id, g.quantity, g.movement
), moved AS (
    INSERT INTO inventory_movements (id, variant_id, store_id, on_hand_change, reserved_change, reason, reference,
                                     actor, at)
    SELECT movement, variant_id, store_id, 0, -quantity, $6, $1::text, $7, $8
    FROM changed
)
SELECT count(*) FROM changed
