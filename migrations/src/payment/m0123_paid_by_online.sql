DROP INDEX CONCURRENTLY IF EXISTS payments_by_end_to_end_id;
CREATE INDEX CONCURRENTLY payments_by_end_to_end_id ON payments (end_to_end_id) WHERE end_to_end_id IS NOT NULL;
