-- What was sold in a year is found by when it was captured.
DROP INDEX CONCURRENTLY IF EXISTS payments_captured;
CREATE INDEX CONCURRENTLY payments_captured ON payments (captured_at) WHERE captured_at IS NOT NULL;
