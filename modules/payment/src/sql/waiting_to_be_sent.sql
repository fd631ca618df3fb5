-- What somebody has to send at the bank, at most $1 of each: refunds by hand with their payments, and payouts.
-- Scans what waits to be sent, and the newest payouts.
(SELECT r.payment_id AS payment, r.amount, r.currency FROM manual_refunds r
 WHERE r.state = 'waiting' ORDER BY r.id LIMIT $1)
UNION ALL
(SELECT NULL::uuid, o.amount, o.currency FROM payouts o
 WHERE o.status = 'pending' ORDER BY o.created_at DESC, o.id DESC LIMIT $1)
