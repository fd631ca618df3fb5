-- schemas: catalog
-- Of every variant at least nothing is reserved, and at most what is on hand.
SELECT variant_id, on_hand, reserved
FROM catalog.inventory
WHERE on_hand < 0 OR reserved < 0 OR reserved > on_hand
