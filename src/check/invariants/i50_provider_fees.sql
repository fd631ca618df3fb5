-- schemas: payments
-- What a provider told that it took for a charge is in the ledger, once, and is borne by the marketplace or by the parts of the payment.
SELECT p.id AS payment, NULL::uuid AS split, p.fee AS told, e.fee AS found
FROM payments.payments p
-- What was taken for a refund or a dispute has a transaction of that.
LEFT JOIN (SELECT l.payment_id, -sum(l.amount) AS fee FROM payments.ledger_entries l
           JOIN payments.ledger_transactions t ON t.id = l.transaction_id AND t.source_id = l.payment_id
           WHERE l.kind = 'fee' AND l.account = 'provider_clearing' GROUP BY l.payment_id) e ON e.payment_id = p.id
WHERE coalesce(e.fee, 0) <> coalesce(p.fee, 0) OR p.fee < 0 OR p.fee > p.amount
   OR (p.fee IS NOT NULL AND p.captured_at IS NULL)
UNION ALL
SELECT s.payment_id, s.id, s.fee, e.fee
FROM payments.payment_splits s
LEFT JOIN (SELECT l.split_id, sum(l.amount) AS fee FROM payments.ledger_entries l
           WHERE l.kind = 'fee' AND l.split_id IS NOT NULL GROUP BY l.split_id) e ON e.split_id = s.id
WHERE coalesce(e.fee, 0) <> s.fee
