-- Reservations that were decided on locked stock: $1 their keys, $2 until when, $3 what is not
-- counted of each; then their lines: $4 keys, $5 variants, $6 stores, $7 quantities, $8 ids of the
-- movements, $9 who; $10 now. Tells how many were made: a key that another process took meanwhile
-- is not.
WITH made AS (
    INSERT INTO reservations (key, state, expires_at, uncounted)
    SELECT r.key, 'active', r.expires_at, r.uncounted::jsonb
    FROM unnest($1::uuid[], $2::timestamptz[], $3::text[]) AS r (key, expires_at, uncounted)
    ON CONFLICT (key) DO NOTHING
    RETURNING key
), want AS (
    SELECT * FROM unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::int[], $8::uuid[], $9::text[])
        AS w (key, variant_id, store_id, quantity, movement, actor)
), held AS (
    UPDATE inventory i
    SET reserved = i.reserved + s.quantity, version = i.version + 1, updated_at = $10
    FROM (SELECT variant_id, sum(quantity)::int AS quantity FROM want GROUP BY variant_id) s
    WHERE i.variant_id = s.variant_id
), lines AS (
    INSERT INTO reservation_lines (key, variant_id, quantity)
    SELECT key, variant_id, quantity FROM want
), moved AS (
    INSERT INTO inventory_movements (id, variant_id, store_id, on_hand_change, reserved_change, reason,
                                     reference, actor, at)
    SELECT movement, variant_id, store_id, 0, quantity, 'reserved', key::text, actor, $10 FROM want
)
SELECT count(*) FROM made
