-- Puts units back into locked stock: $1 the variants, $2 their quantities, $3 the movements' ids, $4 reason,
-- $5 reference, $6 who, $7 now, $8 how few are low.
WITH back AS (
    SELECT * FROM unnest($1::uuid[], $2::int[], $3::uuid[]) AS b (variant_id, quantity, movement)
), changed AS (
    UPDATE inventory i
    SET on_hand = i.on_hand + b.quantity, version = i.version + 1, updated_at = $7,
        low_told = i.low_told AND i.on_hand + b.quantity - i.reserved <= $8
    FROM back b WHERE i.variant_id = b.variant_id
    RETURNING i.variant_id, i.store_id, b.quantity, b.movement
)
INSERT INTO inventory_movements (id, variant_id, store_id, on_hand_change, reserved_change, reason, reference, actor, at)
SELECT movement, variant_id, store_id, quantity, 0, $4, $5, $6, $7 FROM changed
