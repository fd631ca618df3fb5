-- What store $1 owes in currency $2 beside its open items.
SELECT coalesce(sum(amount), 0) AS owed FROM ledger_entries
WHERE store_id = $1 AND currency = $2 AND account = 'seller_receivable'
