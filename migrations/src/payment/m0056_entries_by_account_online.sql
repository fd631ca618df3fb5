-- From an account's sum to its entries, newest first, and back to a period's first. A currency is no part
-- of it: nearly all entries of a marketplace are in one.
DROP INDEX CONCURRENTLY IF EXISTS ledger_entries_by_account;
CREATE INDEX CONCURRENTLY ledger_entries_by_account ON ledger_entries (account, at DESC, id DESC);
