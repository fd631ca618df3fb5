-- Stores that owe, per currency, those first that have done so longest: after time $1, store $2 and
-- currency $3, at most $4.
-- Scans items that no payout has claimed.
WITH owing AS (
    SELECT store_id, currency, sum(owed) AS owed, min(since) AS since
    FROM (
        SELECT i.store_id, i.currency, -sum(i.amount) AS owed, min(e.at) FILTER (WHERE i.amount < 0) AS since
        FROM payout_items i JOIN ledger_entries e ON e.id = i.entry_id
        WHERE i.payout_id IS NULL GROUP BY i.store_id, i.currency HAVING sum(i.amount) < 0
        UNION ALL
        SELECT store_id, currency, sum(amount), min(at) FROM ledger_entries
        WHERE account = 'seller_receivable' GROUP BY store_id, currency HAVING sum(amount) > 0
    ) AS sides
    GROUP BY store_id, currency
)
SELECT store_id, currency, owed, since FROM owing WHERE (since, store_id, currency) > ($1, $2, $3)
ORDER BY since, store_id, currency LIMIT $4
