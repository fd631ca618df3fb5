DROP INDEX CONCURRENTLY IF EXISTS payments_without_fee;
CREATE INDEX CONCURRENTLY payments_without_fee ON payments (gateway, captured_at, id) WHERE captured_at IS NOT NULL AND fee IS NULL;
