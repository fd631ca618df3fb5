-- Locks the stock that reservation $1 holds: nothing, where nothing of it was counted.
SELECT l.variant_id, l.quantity, i.product_id, i.low_told, i.on_hand - i.reserved AS available
FROM reservation_lines l JOIN inventory i ON i.variant_id = l.variant_id
WHERE l.key = $1 ORDER BY i.variant_id FOR UPDATE OF i
