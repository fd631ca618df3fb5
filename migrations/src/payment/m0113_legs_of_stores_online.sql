-- By which a store sees what it waits for.
DROP INDEX CONCURRENTLY IF EXISTS payment_legs_open;
CREATE INDEX CONCURRENTLY payment_legs_open ON payment_legs (store_id) WHERE status = 'open';
