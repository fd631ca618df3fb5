-- Deletes the stock of variant $1 if nothing was ever booked on it, and nothing can have been bought
-- without being booked: it is as it was made, and was always counted. Whoever reserves it meanwhile has
-- its row locked, and finds or leaves another version.
DELETE FROM inventory i
WHERE i.variant_id = $1 AND i.version = 1 AND i.stock_policy <> 'not_counted'
  AND NOT EXISTS (SELECT 1 FROM inventory_movements m WHERE m.variant_id = $1)
