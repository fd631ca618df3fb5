ALTER TABLE ledger_entries VALIDATE CONSTRAINT ledger_entries_account;
ALTER TABLE ledger_entries VALIDATE CONSTRAINT ledger_entries_store;
ALTER TABLE ledger_transactions VALIDATE CONSTRAINT ledger_transactions_kind;
DROP INDEX CONCURRENTLY IF EXISTS payout_items_released_once;
CREATE UNIQUE INDEX CONCURRENTLY payout_items_released_once ON payout_items (split_id) WHERE kind = 'release' AND amount > 0;
DROP INDEX CONCURRENTLY IF EXISTS payout_items_earned;
CREATE INDEX CONCURRENTLY payout_items_earned ON payout_items (split_id) WHERE amount > 0;
DROP INDEX CONCURRENTLY IF EXISTS payout_items_one_earning;
