ALTER TABLE refunds VALIDATE CONSTRAINT refunds_borne_by;
ALTER TABLE refunds VALIDATE CONSTRAINT refunds_returned;
DROP INDEX CONCURRENTLY IF EXISTS refunds_returned_at;
CREATE INDEX CONCURRENTLY refunds_returned_at ON refunds (returned_at) WHERE returned_at IS NOT NULL;
