-- What the books have of provider $1 from $2 until before $3, but for what it took itself: one row per
-- transaction, after time $4 and transaction $5, at most $6.
SELECT e.transaction_id AS id, e.kind, e.payment_id, p.reference, p.description, p.charge, p.txid, p.fee,
       r.refund, r.refunded_as, sum(e.amount) AS amount, e.currency, e.at
FROM ledger_entries e
CROSS JOIN LATERAL (SELECT reference, description, transaction_id AS charge, txid, fee FROM payments
                    WHERE id = e.payment_id AND gateway = $1 OFFSET 0) AS p
LEFT JOIN LATERAL (SELECT f.id AS refund, f.gateway_id AS refunded_as FROM refunds f
                   WHERE e.kind = 'refund' AND f.id = (SELECT t.source_id FROM ledger_transactions t
                                                       WHERE t.id = e.transaction_id) OFFSET 0) AS r ON true
WHERE e.account = 'provider_clearing' AND e.kind <> 'fee' AND e.at >= $2 AND e.at < $3
  AND (e.at, e.transaction_id) > ($4, $5)
GROUP BY e.transaction_id, e.kind, e.payment_id, p.reference, p.description, p.charge, p.txid, p.fee, r.refund,
         r.refunded_as, e.currency, e.at
ORDER BY e.at, e.transaction_id LIMIT $6
