-- What is due is asked for by provider: those of one that is not configured, or is down, are no longer
-- read on the way to another's.
DROP INDEX CONCURRENTLY IF EXISTS payments_due_of_provider;
CREATE INDEX CONCURRENTLY payments_due_of_provider ON payments (gateway, next_poll_at) WHERE next_poll_at IS NOT NULL;
DROP INDEX CONCURRENTLY IF EXISTS payments_due;
