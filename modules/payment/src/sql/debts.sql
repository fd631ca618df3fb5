-- Stores that owe, per currency, those first that have done so longest: after time $1, store $2 and
-- currency $3, at most $4. What may come back to one, or is asked back already, it does not owe, as in
-- owed_for_certain.sql.
-- Scans items that no payout has claimed.
WITH open AS (
    SELECT i.store_id, i.currency, -sum(i.amount) AS owed, min(e.at) FILTER (WHERE i.amount < 0) AS since
    FROM payout_items i JOIN ledger_entries e ON e.id = i.entry_id
    WHERE i.payout_id IS NULL GROUP BY i.store_id, i.currency HAVING sum(i.amount) < 0
), certain AS (
    SELECT o.store_id, o.currency, o.since, o.owed
           + (SELECT coalesce(sum(h.amount), 0) FROM ledger_entries h
              WHERE h.store_id = o.store_id AND h.currency = o.currency
                AND h.account IN ('seller_disputed', 'seller_refunding'))
           - (SELECT coalesce(sum(r.amount), 0) FROM transfer_reversals r
              WHERE r.store_id = o.store_id AND r.currency = o.currency AND r.state = 'asked') AS owed
    FROM open o
), owing AS (
    SELECT store_id, currency, sum(owed) AS owed, min(since) AS since
    FROM (
        SELECT store_id, currency, owed, since FROM certain WHERE owed > 0
        UNION ALL
        SELECT store_id, currency, sum(amount), min(at) FROM ledger_entries
        WHERE account = 'seller_receivable' GROUP BY store_id, currency HAVING sum(amount) > 0
    ) AS sides
    GROUP BY store_id, currency
)
SELECT store_id, currency, owed, since FROM owing WHERE (since, store_id, currency) > ($1, $2, $3)
ORDER BY since, store_id, currency LIMIT $4
