-- The entries of the ledger that refund $1 made, without its fee.
SELECT e.account, e.store_id, e.amount, e.currency, e.split_id
FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
WHERE t.kind = 'refund' AND t.source_id = $1
ORDER BY e.id LIMIT 1000
