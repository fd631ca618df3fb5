-- What the books have sent to stores' accounts at provider $1, or taken back, from $2 until before $3, as the provider
-- calls it; after time $4 and entry $5, at most $6.
SELECT e.id, e.payout_id AS payout, CASE WHEN e.kind = 'payout_paid' THEN t.transfer_id ELSE r.reversal_id END AS named,
       e.amount, e.currency, e.at
FROM ledger_entries e
CROSS JOIN LATERAL (SELECT transfer_id FROM payout_transfers
                    WHERE payout_id = e.payout_id AND provider = $1 OFFSET 0) AS t
LEFT JOIN LATERAL (SELECT b.reversal_id FROM transfer_reversals b
                   WHERE e.kind = 'payout_reversed'
                     AND b.id = (SELECT s.source_id FROM ledger_transactions s
                                 WHERE s.id = e.transaction_id) OFFSET 0) AS r ON true
WHERE e.account = 'provider_clearing' AND e.kind IN ('payout_paid', 'payout_reversed')
  AND e.at >= $2 AND e.at < $3 AND (e.at, e.id) > ($4, $5)
ORDER BY e.at, e.id LIMIT $6
