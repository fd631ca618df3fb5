-- What waits for an operator, oldest first, at most 1000 of each kind: of the providers $1, for which a person
-- speaks, payments that nobody has paid and refunds that nobody has sent; refunds that stores have to send; of all,
-- refunds that came back, or that nobody will send of a sale that came to nothing, and were not made anew.
-- Scans payments that are to be looked at, refunds that are open, and refunds that came back or were withdrawn.
(SELECT 'payment' AS kind, p.id AS payment, p.description, p.amount, p.currency, p.created_at AS since
 FROM payments p
 WHERE p.gateway = ANY ($1::text[]) AND p.next_poll_at IS NOT NULL AND p.status = 'pending' AND NOT p.to_stores
 ORDER BY p.created_at LIMIT 1000)
UNION ALL
(SELECT 'refund', p.id, p.description, r.amount, r.currency, r.created_at
 FROM refunds r JOIN payments p ON p.id = r.payment_id
 WHERE r.status = 'pending' AND p.gateway = ANY ($1::text[])
   -- What buyers paid to stores, these give back themselves.
   AND NOT EXISTS (SELECT 1 FROM payment_legs l WHERE l.payment_id = p.id)
 ORDER BY r.created_at LIMIT 1000)
UNION ALL
(SELECT 'of_store', p.id, p.description, r.amount, r.currency, r.created_at
 FROM refunds r JOIN payments p ON p.id = r.payment_id
 WHERE r.status = 'pending' AND EXISTS (SELECT 1 FROM payment_legs l WHERE l.payment_id = p.id)
 ORDER BY r.created_at LIMIT 1000)
UNION ALL
(SELECT 'returned', p.id, p.description, r.amount, r.currency, r.ended
 FROM (SELECT payment_id, amount, currency, returned_at AS ended FROM refunds WHERE returned_at IS NOT NULL
       UNION ALL
       SELECT w.payment_id, w.amount, w.currency, w.withdrawn_at FROM refunds w
       WHERE w.withdrawn_at IS NOT NULL
         -- A part of a sale that stands is for whoever decided on it; a store decides for none but itself.
         AND (w.borne_by IS NULL OR EXISTS (SELECT 1 FROM payment_legs l WHERE l.payment_id = w.payment_id))) AS r
 JOIN payments p ON p.id = r.payment_id
 -- Until as much was asked for since.
 WHERE (SELECT coalesce(sum(n.amount), 0) FROM refunds n
        WHERE n.payment_id = r.payment_id AND n.created_at >= r.ended AND n.status <> 'failed')
     < (SELECT sum(e.amount) FROM refunds e
        WHERE e.payment_id = r.payment_id AND coalesce(e.returned_at, e.withdrawn_at) >= r.ended)
 ORDER BY r.ended LIMIT 1000)
ORDER BY kind, since
