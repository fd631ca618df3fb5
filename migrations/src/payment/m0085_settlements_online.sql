DROP INDEX CONCURRENTLY IF EXISTS debt_settlements_newest;
CREATE INDEX CONCURRENTLY debt_settlements_newest ON debt_settlements (at DESC, id DESC);
DROP INDEX CONCURRENTLY IF EXISTS debt_settlements_by_store;
CREATE INDEX CONCURRENTLY debt_settlements_by_store ON debt_settlements (store_id, at DESC, id DESC);
