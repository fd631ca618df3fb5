-- What came to the marketplace's money, or left it, from $1 until before $2 beside payments: payouts, those that came
-- back, and what stores paid of what they owed, but not what a provider transfers of its balance, or takes back; after time $3 and entry $4, at most $5.
SELECT e.id, e.kind, e.payout_id AS payout, coalesce(p.reference, d.note) AS reference, e.amount, e.currency, e.at
FROM ledger_entries e
LEFT JOIN LATERAL (SELECT o.reference, o.provider FROM payouts o WHERE o.id = e.payout_id OFFSET 0) AS p ON true
LEFT JOIN LATERAL (SELECT s.note FROM debt_settlements s
                   WHERE e.kind = 'settled_by_store'
                     AND s.id = (SELECT t.source_id FROM ledger_transactions t
                                 WHERE t.id = e.transaction_id) OFFSET 0) AS d ON true
WHERE e.account = 'provider_clearing' AND e.payment_id IS NULL AND p.provider IS NULL AND e.at >= $1 AND e.at < $2
  AND (e.at, e.id) > ($3, $4)
ORDER BY e.at, e.id LIMIT $5
