-- schemas: payments
-- What a provider paid to a store's own account there is in the ledger, once, of a captured payment, and is released, so that no payout pays it again after that is in the ledger; what it did not is not there.
WITH booked AS (
    SELECT t.source_id, -sum(l.amount) FILTER (WHERE l.amount < 0) AS paid, max(l.at) AS at
    FROM payments.ledger_transactions t
    JOIN payments.ledger_entries l ON l.transaction_id = t.id AND l.account = 'provider_clearing'
    WHERE t.kind = 'split_paid' GROUP BY t.source_id
)
SELECT s.payment_id AS payment, s.id AS split, 'booked' AS what,
       CASE s.there WHEN 'paid' THEN s.earning ELSE 0 END AS kept, coalesce(e.paid, 0) AS found
FROM payments.payment_splits s
LEFT JOIN booked e ON e.source_id = s.id
WHERE coalesce(e.paid, 0) <> CASE s.there WHEN 'paid' THEN s.earning ELSE 0 END
UNION ALL
SELECT s.payment_id, s.id, 'paid before', NULL, NULL
FROM payments.payment_splits s JOIN payments.payments p ON p.id = s.payment_id
WHERE s.there = 'paid' AND (p.captured_at IS NULL OR s.released_at IS NULL)
UNION ALL
SELECT s.payment_id, s.id, 'paid again', NULL, i.amount
FROM booked e JOIN payments.payment_splits s ON s.id = e.source_id
JOIN payments.payout_items i ON i.split_id = s.id AND i.kind IN ('release', 'rest_released') AND i.amount > 0
JOIN payments.ledger_entries l ON l.id = i.entry_id
WHERE l.at > e.at
