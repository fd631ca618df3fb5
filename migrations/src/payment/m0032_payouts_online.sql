ALTER TABLE payouts VALIDATE CONSTRAINT payouts_status;
ALTER TABLE payouts VALIDATE CONSTRAINT payouts_paid;
DROP INDEX CONCURRENTLY IF EXISTS payouts_by_status;
CREATE INDEX CONCURRENTLY payouts_by_status ON payouts (status, created_at DESC, id DESC);
