-- Stores and currencies after ($1, $2) that owe by their open items and have a transfer of which something is left,
-- at most $3.
-- Scans items that no payout has claimed.
SELECT i.store_id, i.currency FROM payout_items i
WHERE i.payout_id IS NULL AND (i.store_id, i.currency) > ($1, $2)
GROUP BY i.store_id, i.currency
HAVING sum(i.amount) < 0
   AND EXISTS (SELECT 1 FROM payout_transfers t WHERE t.store_id = i.store_id AND t.currency = i.currency
               AND t.state = 'made' AND t.reversed < t.amount)
ORDER BY i.store_id, i.currency LIMIT $3
