-- schemas: payments
-- What is kept in reserve of a store in the ledger is what its reserves say that are held, and a debt that was settled or given up is in the ledger with its amount, of that store.
SELECT coalesce(b.store_id, r.store_id) AS subject, coalesce(b.currency, r.currency) AS currency, 'reserve' AS what, b.kept AS found, r.held AS said
FROM (SELECT l.store_id, l.currency, -sum(l.amount) AS kept FROM payments.ledger_entries l
      WHERE l.account = 'seller_reserve' GROUP BY l.store_id, l.currency) b
FULL JOIN (SELECT v.store_id, v.currency, sum(v.amount) AS held FROM payments.reserves v
           WHERE v.status = 'held' GROUP BY v.store_id, v.currency) r
       ON r.store_id = b.store_id AND r.currency = b.currency
WHERE coalesce(b.kept, 0) <> coalesce(r.held, 0)
UNION ALL
SELECT d.id, d.currency, 'debt', e.given, d.amount
FROM payments.debt_settlements d
LEFT JOIN LATERAL (
    SELECT -sum(l.amount) AS given FROM payments.ledger_transactions t
    JOIN payments.ledger_entries l ON l.transaction_id = t.id
    WHERE t.kind = d.kind AND t.source_id = d.id AND l.store_id = d.store_id AND l.currency = d.currency
      AND l.account IN ('seller_payable', 'seller_receivable')) e ON true
WHERE e.given IS DISTINCT FROM d.amount
