-- How many transactions the ledger has.
-- Scans the books, for an operator who audits them: it is a search.
SELECT count(*) FROM ledger_transactions
