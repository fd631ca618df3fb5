DROP INDEX CONCURRENTLY IF EXISTS store_orders_on_delivery;
CREATE INDEX CONCURRENTLY store_orders_on_delivery ON store_orders (store_id, id DESC) WHERE settlement = 'on_delivery';
ALTER TABLE store_orders VALIDATE CONSTRAINT store_orders_settlement;
