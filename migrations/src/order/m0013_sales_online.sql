-- What was sold in the last days, by whichever store.
DROP INDEX CONCURRENTLY IF EXISTS store_orders_sales;
CREATE INDEX CONCURRENTLY store_orders_sales ON store_orders (paid_at) WHERE paid_at IS NOT NULL;
