ALTER TABLE ledger_transactions VALIDATE CONSTRAINT ledger_transactions_kind;
ALTER TABLE payment_splits VALIDATE CONSTRAINT payment_splits_there;
DROP INDEX CONCURRENTLY IF EXISTS payment_splits_asked_there;
CREATE INDEX CONCURRENTLY payment_splits_asked_there ON payment_splits (payment_id) WHERE there = 'asked';
