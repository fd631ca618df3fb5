-- schemas: payments
-- What an invoice to a store took out of what payouts would have netted is in the ledger, once, as owed beside them; and one that ended in the books has a settled debt of its store and amount.
SELECT i.id AS invoice, i.store_id AS store, i.moved AS said, coalesce(e.moved, 0) AS found
FROM payments.debt_invoices i
LEFT JOIN LATERAL (
    SELECT sum(l.amount) AS moved FROM payments.ledger_transactions t
    JOIN payments.ledger_entries l ON l.transaction_id = t.id
    WHERE t.kind = 'invoiced' AND t.source_id = i.id AND l.account = 'seller_receivable'
      AND l.store_id = i.store_id AND l.currency = i.currency) e ON true
WHERE i.moved <> coalesce(e.moved, 0)
UNION ALL
SELECT i.id, i.store_id, i.amount, d.amount
FROM payments.debt_invoices i
LEFT JOIN payments.debt_settlements d ON d.id = i.settlement_id AND d.store_id = i.store_id AND d.currency = i.currency
     AND d.kind = CASE i.status WHEN 'paid' THEN 'settled_by_store' ELSE 'write_off' END
WHERE i.settlement_id IS NOT NULL AND d.amount IS DISTINCT FROM i.amount
