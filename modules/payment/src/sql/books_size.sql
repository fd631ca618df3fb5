-- How many transactions the ledger has.
SELECT count(*) FROM ledger_transactions
