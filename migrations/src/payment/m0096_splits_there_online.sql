ALTER TABLE ledger_transactions VALIDATE CONSTRAINT ledger_transactions_kind;
ALTER TABLE payment_splits VALIDATE CONSTRAINT payment_splits_there;
DROP INDEX CONCURRENTLY IF EXISTS payment_splits_asked_there;
CREATE INDEX CONCURRENTLY payment_splits_asked_there ON payment_splits (look_at) WHERE there = 'asked';
DROP INDEX CONCURRENTLY IF EXISTS payment_splits_asked_of_store;
CREATE INDEX CONCURRENTLY payment_splits_asked_of_store ON payment_splits (store_id, account) WHERE there = 'asked';
