-- The month of store $1 that begins on the day $2, or is it at $4, by the clocks of the zone $3, and what the
-- store was owed in the currency $5 at its bounds.
WITH month AS (
    SELECT coalesce($2::text::date, date_trunc('month', $4::timestamptz AT TIME ZONE $3)::date) AS day
), bounds AS (
    SELECT to_char(day, 'YYYY-MM') AS month, day::timestamp AT TIME ZONE $3 AS starts_at,
           (day + interval '1 month') AT TIME ZONE $3 AS ends_at
    FROM month
)
SELECT b.month, b.starts_at, b.ends_at, coalesce(s.opening, 0) AS opening, coalesce(s.closing, 0) AS closing
FROM bounds b CROSS JOIN LATERAL (
    SELECT -sum(e.amount) FILTER (WHERE e.at < b.starts_at) AS opening, -sum(e.amount) AS closing
    FROM ledger_entries e
    WHERE e.store_id = $1 AND e.currency = $5 AND e.at < b.ends_at
      AND e.account IN ('seller_pending', 'seller_payable', 'seller_disputed', 'seller_refunding', 'seller_reserve',
                        'seller_receivable', 'payout_in_transit')) s
