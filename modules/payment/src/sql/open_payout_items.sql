-- What of store $1 is open, per currency: all of it, what is no earning, takes from it or became payable by $2,
-- and when the next of the rest did. What it owes beside, and was not billed, is taken off, as far
-- as the next payout would.
WITH items AS (
    SELECT i.currency, sum(i.amount) AS open,
           coalesce(sum(i.amount) FILTER (WHERE i.amount < 0 OR i.kind NOT IN ('release', 'rest_released') OR e.at <= $2), 0) AS matured,
           min(e.at) FILTER (WHERE i.amount > 0 AND i.kind IN ('release', 'rest_released') AND e.at > $2) AS next
    FROM payout_items i JOIN ledger_entries e ON e.id = i.entry_id
    WHERE i.store_id = $1 AND i.payout_id IS NULL
    GROUP BY i.currency
), netted AS (
    SELECT i.*, greatest(least(i.open, i.matured, (
        SELECT coalesce(sum(r.amount), 0) FROM ledger_entries r
        WHERE r.store_id = $1 AND r.currency = i.currency AND r.account = 'seller_receivable') - (
        SELECT coalesce(sum(d.amount), 0) FROM debt_invoices d
        WHERE d.store_id = $1 AND d.currency = i.currency AND d.status = 'open')), 0) AS less
    FROM items i
)
SELECT currency, open - less AS open, matured - less AS matured, next FROM netted
ORDER BY currency
LIMIT 50
