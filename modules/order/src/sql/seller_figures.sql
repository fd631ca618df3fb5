-- Numbers of the store $1 at $2, as `SellerFigures` in the currency $4. Days are the store's own,
-- in its time zone $3. Both counts stop at 10,000. What came back, or was paid back as a whole, was not
-- sold; what of the rest was paid back is not taken off here (`partly_refunded.sql`). Parts without a fiscal document
-- are counted, up to 10,000, if one is asked for ($5).
WITH today AS (
    SELECT ($2::timestamptz AT TIME ZONE $3)::date AS day
), days AS (
    SELECT (today.day - n) AS day FROM today, generate_series(29, 0, -1) AS n
), sales AS (
    SELECT (s.paid_at AT TIME ZONE $3)::date AS day, count(*) AS orders, sum(s.total) AS total,
        sum(s.commission) AS commission
    FROM store_orders s, today
    WHERE s.store_id = $1 AND s.currency = $4
      AND s.fulfilment NOT IN ('cancelled', 'returned') AND s.settlement <> 'refunded'
      AND s.paid_at >= ((today.day - 29)::timestamp AT TIME ZONE $3)
    GROUP BY 1
)
SELECT json_build_object(
    'to_ship', (SELECT count(*) FROM (
        SELECT 1 FROM store_orders
        WHERE store_id = $1 AND fulfilment IN ('pending', 'accepted', 'packed')
          AND settlement IN ('paid', 'partially_refunded') LIMIT 10000) AS found)
        + (SELECT count(*) FROM (
        SELECT 1 FROM store_orders
        WHERE store_id = $1 AND settlement = 'on_delivery' AND fulfilment IN ('pending', 'accepted', 'packed')
        LIMIT 10000) AS found),
    'to_collect', (SELECT count(*) FROM (
        SELECT 1 FROM store_orders
        WHERE store_id = $1 AND settlement = 'on_delivery' AND fulfilment IN ('shipped', 'delivered')
        LIMIT 10000) AS found),
    'awaiting_payment', (SELECT count(*) FROM (
        SELECT 1 FROM store_orders
        WHERE store_id = $1 AND settlement = 'unpaid' AND fulfilment <> 'cancelled' AND fulfilment <> 'returned' LIMIT 10000) AS found),
    'undocumented', (SELECT count(*) FROM (
        SELECT 1 FROM store_orders
        WHERE $5::boolean AND store_id = $1 AND documented_at IS NULL
          AND settlement IN ('paid', 'partially_refunded') AND fulfilment NOT IN ('cancelled', 'returned')
        ORDER BY store_id, id DESC LIMIT 10000) AS found),
    'days', (SELECT json_agg(json_build_object(
        'day', days.day, 'orders', coalesce(sales.orders, 0),
        'total', money(coalesce(sales.total, 0), $4)) ORDER BY days.day)
        FROM days LEFT JOIN sales USING (day)),
    'sales', (SELECT json_agg(json_build_object(
        'days', spans.days, 'turnover', money(coalesce(sold.turnover, 0), $4), 'refunded', money(0, $4),
        'commission', money(coalesce(sold.commission, 0), $4)) ORDER BY spans.days)
        FROM unnest(ARRAY[1, 7, 30]) AS spans (days), today, LATERAL (
            SELECT sum(sales.total) AS turnover, sum(sales.commission) AS commission
            FROM sales WHERE sales.day > today.day - spans.days) AS sold))
