-- schemas: payments
-- What a provider paid to a store's own account there is in the ledger, once, of a captured payment, and is released, so that no payout pays it again; what it did not is not there. How a captured charge was split is booked within ten days.
SELECT s.payment_id AS payment, s.id AS split, 'booked' AS what,
       CASE s.there WHEN 'paid' THEN s.earning ELSE 0 END AS kept, coalesce(e.paid, 0) AS found
FROM payments.payment_splits s
LEFT JOIN (SELECT t.source_id, -sum(l.amount) AS paid FROM payments.ledger_transactions t
           JOIN payments.ledger_entries l ON l.transaction_id = t.id AND l.account = 'provider_clearing'
           WHERE t.kind = 'split_paid' GROUP BY t.source_id) e ON e.source_id = s.id
WHERE coalesce(e.paid, 0) <> CASE s.there WHEN 'paid' THEN s.earning ELSE 0 END
UNION ALL
SELECT s.payment_id, s.id, 'paid before', NULL, NULL
FROM payments.payment_splits s JOIN payments.payments p ON p.id = s.payment_id
WHERE s.there = 'paid' AND (p.captured_at IS NULL OR s.released_at IS NULL)
UNION ALL
SELECT s.payment_id, s.id, 'paid again', NULL, i.amount
FROM payments.payment_splits s JOIN payments.payout_items i ON i.split_id = s.id
WHERE s.there = 'paid' AND i.kind IN ('release', 'rest_released') AND i.amount > 0 AND i.created_at > s.released_at
UNION ALL
SELECT s.payment_id, s.id, 'not booked', NULL, NULL
FROM payments.payment_splits s JOIN payments.payments p ON p.id = s.payment_id
WHERE s.there = 'asked' AND p.captured_at < (SELECT max(x.at) FROM payments.transactions x) - interval '10 days'
