-- Orders with a part that lacks a document, whoever's it is.
DROP INDEX CONCURRENTLY IF EXISTS store_orders_undocumented_orders;
CREATE INDEX CONCURRENTLY store_orders_undocumented_orders ON store_orders (order_id DESC)
    WHERE documented_at IS NULL AND settlement IN ('paid', 'partially_refunded') AND fulfilment NOT IN ('cancelled', 'returned');
