-- Parts that lack a document, and earnings that wait for one.
DROP INDEX CONCURRENTLY IF EXISTS store_orders_undocumented;
CREATE INDEX CONCURRENTLY store_orders_undocumented ON store_orders (store_id, id DESC)
    WHERE documented_at IS NULL AND settlement IN ('paid', 'partially_refunded') AND fulfilment NOT IN ('cancelled', 'returned');
DROP INDEX CONCURRENTLY IF EXISTS store_orders_held;
CREATE INDEX CONCURRENTLY store_orders_held ON store_orders (id) WHERE earning_held_at IS NOT NULL;
