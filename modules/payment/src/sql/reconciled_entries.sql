-- What the books have of provider $1 from $2 until before $3, each with what it took for it: one row per
-- transaction, after time $4 and transaction $5, at most $6.
SELECT e.transaction_id AS id, e.kind, e.payment_id, p.reference, p.description, p.charge, p.txid,
       CASE WHEN e.kind = 'capture' THEN p.fee ELSE f.fee END AS fee, r.refund, r.refunded_as, d.disputed_as,
       sum(e.amount) AS amount, e.currency, e.at
FROM ledger_entries e
CROSS JOIN LATERAL (SELECT reference, description, transaction_id AS charge, txid, fee FROM payments
                    WHERE id = e.payment_id AND gateway = $1 OFFSET 0) AS p
LEFT JOIN LATERAL (SELECT t.source_id FROM ledger_transactions t
                   WHERE t.id = e.transaction_id AND e.kind <> 'capture' OFFSET 0) AS s ON true
LEFT JOIN LATERAL (SELECT f.id AS refund, f.gateway_id AS refunded_as FROM refunds f
                   WHERE e.kind = 'refund' AND f.id = s.source_id OFFSET 0) AS r ON true
LEFT JOIN LATERAL (SELECT coalesce(d.told_as, d.provider_id) AS disputed_as FROM disputes d
                   WHERE e.kind IN ('dispute_opened', 'dispute_won') AND d.id = s.source_id OFFSET 0) AS d ON true
-- What is taken for a refund, or when a dispute is opened, has the same source; what is given back of it when that
-- is won has one of its own, and comes after.
LEFT JOIN LATERAL (SELECT -sum(b.amount) AS fee FROM ledger_entries b
                   JOIN ledger_transactions t ON t.id = b.transaction_id
                   WHERE e.kind IN ('refund', 'dispute_opened', 'dispute_won') AND b.payment_id = e.payment_id
                     AND b.kind = 'fee' AND b.account = 'provider_clearing' AND b.currency = e.currency
                     AND CASE WHEN e.kind <> 'dispute_won' THEN t.source_id = s.source_id
                              ELSE b.at >= e.at AND t.source_id <> e.payment_id
                                   AND NOT EXISTS (SELECT FROM refunds WHERE id = t.source_id)
                                   AND NOT EXISTS (SELECT FROM disputes WHERE id = t.source_id) END OFFSET 0) AS f ON true
-- What only moved to a store's account there, or from it, is in the marketplace's own balance.
WHERE e.account = 'provider_clearing' AND e.store_id IS NULL AND e.kind <> 'fee' AND e.at >= $2 AND e.at < $3
  AND (e.at, e.transaction_id) > ($4, $5)
GROUP BY e.transaction_id, e.kind, e.payment_id, p.reference, p.description, p.charge, p.txid, p.fee, f.fee, r.refund,
         r.refunded_as, d.disputed_as, e.currency, e.at
ORDER BY e.at, e.transaction_id LIMIT $6
