-- schemas: catalog
-- Every movement belongs to a variant, and every line of a reservation to a reservation and a variant.
SELECT 'movement' AS what, m.variant_id
FROM catalog.inventory_movements m
WHERE NOT EXISTS (SELECT 1 FROM catalog.variants v WHERE v.id = m.variant_id)
UNION ALL
SELECT 'line of a reservation', l.variant_id
FROM catalog.reservation_lines l
WHERE NOT EXISTS (SELECT 1 FROM catalog.variants v WHERE v.id = l.variant_id)
   OR NOT EXISTS (SELECT 1 FROM catalog.reservations r WHERE r.key = l.key);
