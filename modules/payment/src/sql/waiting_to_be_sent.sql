-- What somebody has to send at the bank, at most $1 of each: refunds by hand with their payments, and payouts. What
-- buyers paid to stores, these give back themselves, and what a provider transfers, nobody sends.
-- Scans what waits to be sent, and the newest payouts.
(SELECT r.payment_id AS payment, r.amount, r.currency FROM manual_refunds r
 WHERE r.state = 'waiting' AND NOT EXISTS (SELECT 1 FROM payment_legs l WHERE l.payment_id = r.payment_id)
 ORDER BY r.id LIMIT $1)
UNION ALL
(SELECT NULL::uuid, o.amount, o.currency FROM payouts o
 WHERE o.status = 'pending' AND o.provider IS NULL ORDER BY o.created_at DESC, o.id DESC LIMIT $1)
