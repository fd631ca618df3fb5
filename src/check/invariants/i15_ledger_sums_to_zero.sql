-- schemas: payments
-- Every ledger transaction has two entries or more, and they sum to zero per currency.
SELECT t.id AS ledger_transaction, t.kind, e.currency, sum(e.amount) AS sum, count(e.id) AS entries
FROM payments.ledger_transactions t
LEFT JOIN payments.ledger_entries e ON e.transaction_id = t.id
GROUP BY t.id, t.kind, e.currency
HAVING coalesce(sum(e.amount), 0) <> 0 OR count(e.id) < 2
