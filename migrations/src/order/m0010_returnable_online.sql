DROP INDEX CONCURRENTLY IF EXISTS store_orders_returnable;
CREATE INDEX CONCURRENTLY store_orders_returnable ON store_orders (store_id)
    WHERE fulfilment = 'delivered' AND completed_at IS NULL;
