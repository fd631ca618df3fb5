-- Changes what is on hand of locked stock, with its movement: $1 the variant, $2 its store, $3 by how much,
-- $4 the movement's id, $5 reason, $6 reference, $7 note, $8 who, $9 now, $10 how few are low.
WITH changed AS (
    UPDATE inventory
    SET on_hand = on_hand + $3, version = version + 1, updated_at = $9,
        low_told = low_told AND on_hand + $3 - reserved <= $10
    WHERE variant_id = $1 AND store_id = $2 AND (stock_policy = 'continue' OR on_hand + $3 >= reserved)
    RETURNING variant_id, store_id
)
INSERT INTO inventory_movements (id, variant_id, store_id, on_hand_change, reserved_change, reason, reference,
                                 note, actor, at)
SELECT $4::uuid, variant_id, store_id, $3, 0, $5::text, $6::text, $7::text, $8::text, $9::timestamptz
FROM changed
