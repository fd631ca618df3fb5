-- Reservations that are to be sold, locked in the order of their keys, and the stock of those that
-- are active, locked in the order of the variants: $1 keys. A row for each line; one without a
-- variant where nothing of a reservation was counted.
WITH taken AS MATERIALIZED (
    SELECT key, state, expires_at, uncounted FROM reservations
    WHERE key = ANY ($1::uuid[])
    ORDER BY key
    FOR UPDATE
), stock AS MATERIALIZED (
    SELECT i.variant_id, i.product_id, i.store_id, i.version, i.low_told, i.reserved,
           i.on_hand - i.reserved AS available
    FROM inventory i
    WHERE i.variant_id IN (SELECT l.variant_id FROM reservation_lines l JOIN taken t ON t.key = l.key
                           WHERE t.state = 'active')
    ORDER BY i.variant_id
    FOR UPDATE
)
SELECT t.key, t.state, t.expires_at, t.uncounted, l.variant_id, l.quantity,
       s.product_id, s.store_id, s.version, s.low_told, s.reserved, s.available
FROM taken t
LEFT JOIN reservation_lines l ON l.key = t.key
LEFT JOIN stock s ON s.variant_id = l.variant_id
ORDER BY t.key, l.variant_id
