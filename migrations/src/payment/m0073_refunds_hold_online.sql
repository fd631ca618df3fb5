ALTER TABLE ledger_entries VALIDATE CONSTRAINT ledger_entries_account;
ALTER TABLE ledger_transactions VALIDATE CONSTRAINT ledger_transactions_kind;
DROP INDEX CONCURRENTLY IF EXISTS refunds_holding_ended;
CREATE INDEX CONCURRENTLY refunds_holding_ended ON refunds (id) WHERE holds AND status <> 'pending';
