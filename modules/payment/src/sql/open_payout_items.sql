-- What of store $1 is open, per currency: all of it, what is no earning, takes from it or became payable by $2,
-- and when the next of the rest did.
SELECT i.currency, sum(i.amount) AS open,
       coalesce(sum(i.amount) FILTER (WHERE i.amount < 0 OR i.kind NOT IN ('release', 'rest_released') OR e.at <= $2), 0) AS matured,
       min(e.at) FILTER (WHERE i.amount > 0 AND i.kind IN ('release', 'rest_released') AND e.at > $2) AS next
FROM payout_items i JOIN ledger_entries e ON e.id = i.entry_id
WHERE i.store_id = $1 AND i.payout_id IS NULL
GROUP BY i.currency
ORDER BY i.currency
LIMIT 50
