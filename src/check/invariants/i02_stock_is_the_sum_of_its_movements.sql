-- schemas: catalog
-- What is on hand and what is reserved of a variant are the sums of its movements.
SELECT i.variant_id, i.on_hand, i.reserved,
       coalesce(m.on_hand, 0) AS moved_on_hand, coalesce(m.reserved, 0) AS moved_reserved
FROM catalog.inventory i
LEFT JOIN (SELECT variant_id, sum(on_hand_change) AS on_hand, sum(reserved_change) AS reserved
           FROM catalog.inventory_movements GROUP BY variant_id) m USING (variant_id)
WHERE i.on_hand <> coalesce(m.on_hand, 0) OR i.reserved <> coalesce(m.reserved, 0)
