-- The splits of payment $1 as they were given, with the payout that claims each earning.
SELECT s.id, s.store_id, s.part, s.amount, s.commission, s.earning, s.refunded, s.refunding,
       s.commission_reversed, s.released_at, i.payout_id, p.currency
FROM payment_splits s JOIN payments p ON p.id = s.payment_id
LEFT JOIN payout_items i ON i.split_id = s.id AND i.amount > 0
WHERE s.payment_id = $1 ORDER BY s.position LIMIT 100
