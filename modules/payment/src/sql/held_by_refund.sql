-- What refund $1 holds of stores, by split.
SELECT e.split_id, -e.amount AS amount, e.currency
FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
WHERE t.kind = 'refund_held' AND t.source_id = $1 AND e.account = 'seller_refunding'
ORDER BY e.id LIMIT 100
