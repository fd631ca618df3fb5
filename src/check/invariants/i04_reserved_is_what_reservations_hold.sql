-- schemas: catalog
-- What is reserved of a variant is the sum of the lines of active reservations.
SELECT i.variant_id, i.reserved, coalesce(l.held, 0) AS held
FROM catalog.inventory i
LEFT JOIN (SELECT l.variant_id, sum(l.quantity) AS held
           FROM catalog.reservation_lines l JOIN catalog.reservations r ON r.key = l.key
           WHERE r.state = 'active' GROUP BY l.variant_id) l USING (variant_id)
WHERE i.reserved <> coalesce(l.held, 0)
