-- What all stores sold until $1, as `Sales`: per currency those of today and of the last 7 and 30 days
-- of the time zone $2. What came back, or was paid back as a whole, was not sold.
WITH spans AS (
    SELECT days, (($1::timestamptz AT TIME ZONE $2)::date - days + 1)::timestamp AT TIME ZONE $2 AS since
    FROM unnest(ARRAY[1, 7, 30]) AS days
)
SELECT coalesce(json_agg(json_build_object(
    'days', days, 'turnover', money(turnover, currency), 'commission', money(commission, currency))
    ORDER BY currency, days), '[]')
FROM (
    SELECT s.currency, spans.days,
        coalesce(sum(s.total) FILTER (WHERE s.paid_at >= spans.since), 0) AS turnover,
        coalesce(sum(s.commission) FILTER (WHERE s.paid_at >= spans.since), 0) AS commission
    FROM store_orders s, spans
    WHERE s.paid_at >= (($1::timestamptz AT TIME ZONE $2)::date - 29)::timestamp AT TIME ZONE $2
      AND s.fulfilment NOT IN ('cancelled', 'returned') AND s.settlement <> 'refunded'
    GROUP BY s.currency, spans.days) AS sold
