-- What each transaction of the ledger from $2 to $3 did to store $1 by each of its parts, after the one with
-- the key ($5, $6, $7), at most $8; with its time by the clocks of the zone $4. What only moved between the
-- store's own accounts did nothing. Of what its buyer paid it itself, or it gave back itself, how much that was.
WITH done AS (
    SELECT e.at, e.transaction_id, coalesce(e.split_id, '00000000-0000-0000-0000-000000000000') AS split,
           e.kind, e.currency, e.payout_id,
           coalesce(-sum(e.amount) FILTER (WHERE e.account <> 'platform_commission'), 0) AS owed,
           coalesce(-sum(e.amount) FILTER (WHERE e.account = 'platform_commission'), 0) AS commission
    FROM ledger_entries e
    WHERE e.store_id = $1 AND e.at >= $2 AND e.at < $3 AND e.at >= $5
      AND e.account IN ('seller_pending', 'seller_payable', 'seller_disputed', 'seller_refunding', 'seller_reserve',
                        'seller_receivable', 'payout_in_transit', 'platform_commission')
    GROUP BY e.at, e.transaction_id, e.split_id, e.kind, e.currency, e.payout_id
)
SELECT d.at, d.transaction_id, d.split, d.kind, d.currency, d.payout_id, d.owed, d.commission, s.part,
       CASE d.kind WHEN 'capture' THEN l.amount
           WHEN 'refund' THEN -r.amount WHEN 'refund_returned' THEN r.amount END AS to_store,
       to_char(d.at AT TIME ZONE $4, 'YYYY-MM-DD HH24:MI:SS') AS local
FROM done d LEFT JOIN payment_splits s ON s.id = d.split
LEFT JOIN payment_legs l ON l.split_id = d.split
LEFT JOIN LATERAL (SELECT i.amount FROM ledger_transactions t JOIN refund_parts i ON i.refund_id = t.source_id
                   WHERE t.id = d.transaction_id AND i.split_id = l.split_id LIMIT 1) r ON true
WHERE (d.owed <> 0 OR d.commission <> 0) AND (d.at, d.transaction_id, d.split) > ($5, $6, $7)
ORDER BY d.at, d.transaction_id, d.split LIMIT $8
