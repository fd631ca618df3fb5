-- What waits for the people of store $1, which is paid itself, oldest first, at most $2 of each: payments to be confirmed
-- before anything is sold, and refunds to be sent; $3 is `pending`.
-- Scans the refunds that run, of all stores: by an index that has no others.
(SELECT false AS to_send, l.part, p.description, l.amount, l.currency, l.created_at AS since
 FROM payment_legs l JOIN payments p ON p.id = l.payment_id
 WHERE l.store_id = $1 AND l.status = 'open' AND p.status = $3 AND p.transaction_id IS NOT NULL
 ORDER BY l.created_at LIMIT $2)
UNION ALL
(SELECT true, l.part, p.description, i.amount, l.currency, r.created_at
 FROM refunds r
 JOIN refund_parts i ON i.refund_id = r.id
 JOIN payment_legs l ON l.split_id = i.split_id
 JOIN payments p ON p.id = r.payment_id
 WHERE r.status = 'pending' AND l.store_id = $1 AND l.status = 'paid'
 ORDER BY r.created_at LIMIT $2)
ORDER BY to_send, since
