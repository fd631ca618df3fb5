-- What stores sold in the year $1 of the zone $2, by store, currency and quarter after ($3, $4, $5), at most $6,
-- with the sums of the whole year. A sale is a captured split, and whatever the ledger has of it counts at
-- its capture; or a paid leg, at its payment. Of what a buyer paid to the store itself the ledger has the commission only: there the sale's
-- own amount is added.
WITH sold AS (
    SELECT s.id, s.store_id, p.currency, p.captured_at AS at, p.id AS payment, 0 AS itself
    FROM payments p JOIN payment_splits s ON s.payment_id = p.id
    WHERE p.captured_at IS NOT NULL AND s.store_id >= $3
      AND p.captured_at >= make_date($1, 1, 1)::timestamp AT TIME ZONE $2
      AND p.captured_at < make_date($1 + 1, 1, 1)::timestamp AT TIME ZONE $2
      AND NOT EXISTS (SELECT 1 FROM payment_legs l WHERE l.payment_id = p.id)
    UNION ALL
    SELECT s.id, s.store_id, l.currency, l.paid_at, l.payment_id, s.amount - s.refunded
    FROM payment_legs l JOIN payment_splits s ON s.id = l.split_id
    WHERE l.paid_at IS NOT NULL AND l.store_id >= $3
      AND l.paid_at >= make_date($1, 1, 1)::timestamp AT TIME ZONE $2
      AND l.paid_at < make_date($1 + 1, 1, 1)::timestamp AT TIME ZONE $2
), sales AS (
    SELECT s.store_id, s.currency, extract(quarter FROM s.at AT TIME ZONE $2)::int AS quarter, s.id,
           coalesce(-sum(e.amount) FILTER (WHERE e.account IN (
               'seller_pending', 'seller_payable', 'seller_disputed', 'seller_refunding', 'seller_reserve', 'seller_receivable',
               'payout_in_transit')), 0) + s.itself AS consideration,
           coalesce(-sum(e.amount) FILTER (WHERE e.account = 'platform_commission'), 0)
           + coalesce(sum(e.amount) FILTER (WHERE e.kind = 'fee' AND e.account IN (
               'seller_pending', 'seller_payable', 'seller_disputed', 'seller_refunding', 'seller_reserve', 'seller_receivable')), 0)
               AS fees,
           coalesce(-sum(e.amount) FILTER (WHERE e.account = 'tax'), 0) AS taxes
    FROM sold s LEFT JOIN ledger_entries e ON e.payment_id = s.payment AND e.split_id = s.id
    GROUP BY s.store_id, s.currency, s.at, s.id, s.itself
), quarters AS (
    SELECT store_id, currency, quarter, sum(consideration) AS consideration, sum(fees) AS fees,
           sum(taxes) AS taxes, count(*) FILTER (WHERE consideration + fees + taxes > 0) AS activities
    FROM sales GROUP BY store_id, currency, quarter
), years AS (
    SELECT q.*, sum(consideration) OVER year AS year_consideration,
           (sum(activities) OVER year)::bigint AS year_activities
    FROM quarters q WINDOW year AS (PARTITION BY store_id, currency)
)
SELECT store_id, currency, quarter, consideration, fees, taxes, activities, year_consideration, year_activities
FROM years WHERE (store_id, currency, quarter) > ($3, $4, $5)
ORDER BY store_id, currency, quarter LIMIT $6
