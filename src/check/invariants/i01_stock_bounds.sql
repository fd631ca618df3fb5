-- schemas: catalog
-- Of every variant at least nothing is reserved, and of a counted one at most what is on hand.
SELECT variant_id, stock_policy, on_hand, reserved
FROM catalog.inventory
WHERE reserved < 0 OR (stock_policy = 'counted' AND reserved > on_hand)
