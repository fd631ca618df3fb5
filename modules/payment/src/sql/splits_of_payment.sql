-- The splits of payment $1 as they were given, each with what of its earning refunds that run hold.
SELECT s.id, s.store_id, s.part, s.amount, s.commission, s.earning, s.refunded, s.refunding,
       s.commission_reversed, s.commission_kept, s.promoted, s.fee, s.settled, s.disputed, s.disputed_commission,
       s.released_at, s.account, s.there, s.account_refunds, s.told_there, s.release_asked_at, p.currency, l.status AS leg,
       (SELECT coalesce(-sum(e.amount), 0) FROM ledger_entries e
        WHERE e.payment_id = $1 AND e.split_id = s.id AND e.account = 'seller_refunding') AS held
FROM payment_splits s JOIN payments p ON p.id = s.payment_id
LEFT JOIN payment_legs l ON l.split_id = s.id
WHERE s.payment_id = $1 ORDER BY s.position LIMIT 100
