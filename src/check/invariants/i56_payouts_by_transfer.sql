-- schemas: payments
-- A payout that a provider transfers has exactly one transfer, of its amount to its store, by which it is paid; what came back of that is no more than was sent, and is in the ledger.
SELECT coalesce(o.id, t.payout_id) AS payout, 'transfer' AS what, o.amount AS kept, t.amount AS found
FROM (SELECT p.id, p.store_id, p.amount, p.currency, p.provider FROM payments.payouts p WHERE p.provider IS NOT NULL) o
FULL JOIN payments.payout_transfers t ON t.payout_id = o.id
WHERE (t.store_id, t.amount, t.currency, t.provider) IS DISTINCT FROM (o.store_id, o.amount, o.currency, o.provider)
UNION ALL
SELECT o.id, 'state: ' || o.status || ', ' || t.state, NULL, NULL
FROM payments.payouts o JOIN payments.payout_transfers t ON t.payout_id = o.id
WHERE (o.status = 'pending') <> (t.state IN ('waiting', 'asked'))
   OR (o.status = 'paid') <> (t.state = 'made')
   OR (o.status = 'failed') <> (t.state = 'given_up')
   OR (t.state = 'made' AND o.reference IS DISTINCT FROM t.transfer_id)
UNION ALL
SELECT t.payout_id, 'reversed', t.reversed, coalesce(r.back, 0)
FROM payments.payout_transfers t
LEFT JOIN (SELECT v.payout_id, sum(v.amount) AS back FROM payments.transfer_reversals v
           WHERE v.state = 'made' GROUP BY v.payout_id) r ON r.payout_id = t.payout_id
WHERE t.reversed <> coalesce(r.back, 0) OR t.reversed > t.amount
UNION ALL
SELECT coalesce(v.id, l.source_id), 'reversed, in the ledger', v.amount, l.back
FROM (SELECT r.id, r.amount FROM payments.transfer_reversals r WHERE r.state = 'made') v
FULL JOIN (SELECT t.source_id, sum(e.amount) AS back FROM payments.ledger_transactions t
           JOIN payments.ledger_entries e ON e.transaction_id = t.id
           WHERE t.kind = 'payout_reversed' AND e.account = 'provider_clearing' GROUP BY t.source_id) l
       ON l.source_id = v.id
WHERE v.amount IS DISTINCT FROM l.back
