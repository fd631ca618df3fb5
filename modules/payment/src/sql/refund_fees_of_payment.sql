-- What was booked as taken for refunds of payment $1, in currency $2: below zero, it was given back.
SELECT coalesce(-sum(e.amount), 0) FROM ledger_entries e
JOIN ledger_transactions t ON t.id = e.transaction_id
JOIN refunds r ON r.id = t.source_id
WHERE e.payment_id = $1 AND e.kind = 'fee' AND e.account = 'provider_clearing' AND e.currency = $2
