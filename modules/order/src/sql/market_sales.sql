-- What all stores sold until $1, as `Sales`: per currency those of today and of the last 7 and 30 days
-- of the time zone $2. What came back, or was paid back as a whole, was not
-- sold; what of the rest was paid back is not taken off here (`partly_refunded.sql`). Reads the parts sold in
-- 30 days once.
WITH since AS (
    SELECT day::timestamp AT TIME ZONE $2 AS today,
        (day - 6)::timestamp AT TIME ZONE $2 AS week,
        (day - 29)::timestamp AT TIME ZONE $2 AS month
    FROM (SELECT ($1::timestamptz AT TIME ZONE $2)::date AS day) AS here
), sold AS (
    SELECT s.currency,
        sum(s.total) FILTER (WHERE s.paid_at >= since.today) AS day_turnover,
        sum(s.commission) FILTER (WHERE s.paid_at >= since.today) AS day_commission,
        sum(s.total) FILTER (WHERE s.paid_at >= since.week) AS week_turnover,
        sum(s.commission) FILTER (WHERE s.paid_at >= since.week) AS week_commission,
        sum(s.total) AS month_turnover, sum(s.commission) AS month_commission
    FROM store_orders s, since
    WHERE s.paid_at >= since.month
      AND s.fulfilment NOT IN ('cancelled', 'returned') AND s.settlement <> 'refunded'
    GROUP BY s.currency
)
SELECT coalesce(json_agg(json_build_object(
    'days', span.days, 'turnover', money(coalesce(span.turnover, 0), currency), 'refunded', money(0, currency),
    'commission', money(coalesce(span.commission, 0), currency))
    ORDER BY currency, span.days), '[]')
FROM sold, LATERAL (VALUES (1, day_turnover, day_commission), (7, week_turnover, week_commission),
    (30, month_turnover, month_commission)) AS span (days, turnover, commission)
