-- The splits of payment $1 as they were given.
SELECT s.id, s.store_id, s.part, s.amount, s.commission, s.earning, s.refunded, s.refunding,
       s.commission_reversed, s.commission_kept, s.promoted, s.fee, s.settled, s.disputed, s.disputed_commission,
       s.released_at, p.currency
FROM payment_splits s JOIN payments p ON p.id = s.payment_id
WHERE s.payment_id = $1 ORDER BY s.position LIMIT 100
