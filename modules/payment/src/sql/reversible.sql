-- What store $1 owes in currency $2 beside what may come back to it when disputes are over, or refunds have an outcome,
-- and what is asked back already, and its newest transfer of which something can be asked back: none is asked back now, and none was
-- refused after $3.
WITH owes AS (
    SELECT -(SELECT coalesce(sum(i.amount), 0) FROM payout_items i
             WHERE i.store_id = $1 AND i.currency = $2 AND i.payout_id IS NULL)
           + (SELECT coalesce(sum(e.amount), 0) FROM ledger_entries e
              WHERE e.store_id = $1 AND e.currency = $2 AND e.account IN ('seller_disputed', 'seller_refunding'))
           - (SELECT coalesce(sum(r.amount), 0) FROM transfer_reversals r
              WHERE r.store_id = $1 AND r.currency = $2 AND r.state = 'asked') AS owed
)
SELECT o.owed, t.payout_id, t.provider, t.transfer_id, t.amount - t.reversed AS left
FROM owes o CROSS JOIN LATERAL (
    SELECT p.payout_id, p.provider, p.transfer_id, p.amount, p.reversed FROM payout_transfers p
    WHERE p.store_id = $1 AND p.currency = $2 AND p.state = 'made' AND p.reversed < p.amount
      AND NOT EXISTS (SELECT 1 FROM transfer_reversals r WHERE r.payout_id = p.payout_id
                      AND (r.state = 'asked' OR (r.state = 'refused' AND r.ended_at > $3)))
    ORDER BY p.created_at DESC, p.payout_id DESC LIMIT 1) t
WHERE o.owed > 0
