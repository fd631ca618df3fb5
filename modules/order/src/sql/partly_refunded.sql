-- Parts that were sold in the 30 days until $1 by the clocks of the zone $2, and of which some was paid back, the
-- newest $4; only of store $3, if it is given: with the day, how many days ago that is, and the agreed commission.
SELECT s.id, s.commission, s.currency, (s.paid_at AT TIME ZONE $2)::date::text AS day,
       here.day - (s.paid_at AT TIME ZONE $2)::date AS age
FROM store_orders s, (SELECT ($1::timestamptz AT TIME ZONE $2)::date AS day) AS here
WHERE s.paid_at >= (here.day - 29)::timestamp AT TIME ZONE $2
  AND ($3::uuid IS NULL OR s.store_id = $3)
  AND s.fulfilment NOT IN ('cancelled', 'returned') AND s.settlement = 'partially_refunded'
ORDER BY s.paid_at DESC LIMIT $4
