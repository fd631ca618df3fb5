DROP INDEX CONCURRENTLY IF EXISTS payment_logs_newest;
CREATE INDEX CONCURRENTLY payment_logs_newest ON payment_logs (at DESC, id DESC);
