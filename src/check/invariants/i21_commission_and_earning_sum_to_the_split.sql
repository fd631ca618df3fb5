-- schemas: payments
-- Commission and earning sum to their split, splits sum to their payment, and the ledger keeps each split's commission, less what was reversed.
SELECT p.id AS payment, NULL::uuid AS split, p.amount AS kept, sum(s.amount) AS found
FROM payments.payments p LEFT JOIN payments.payment_splits s ON s.payment_id = p.id
GROUP BY p.id HAVING p.amount <> coalesce(sum(s.amount), 0)
UNION ALL
SELECT s.payment_id, s.id, s.amount, s.commission + s.earning
FROM payments.payment_splits s WHERE s.commission + s.earning <> s.amount
UNION ALL
SELECT s.payment_id, s.id, s.commission - s.commission_reversed, -sum(e.amount)
FROM payments.payment_splits s
JOIN payments.ledger_transactions t ON t.kind = 'capture' AND t.source_id IN (s.payment_id, s.id)
LEFT JOIN payments.ledger_entries e ON e.split_id = s.id AND e.account = 'platform_commission'
GROUP BY s.id HAVING s.commission - s.commission_reversed <> coalesce(-sum(e.amount), 0)
