-- schemas: payments
-- A refund has an outcome within a week: else its provider has forgotten the key under which it may be asked for again, or is not configured, or nobody has sent it by hand, and somebody must look there.
-- That week is told by when it is asked for again and by the newest exchange with any provider, not by now().
SELECT r.id AS refund, r.payment_id AS payment, r.amount, r.currency, r.attempts,
       (SELECT p.gateway FROM payments.payments p WHERE p.id = r.payment_id) AS provider
FROM payments.refunds r
WHERE r.status = 'pending'
  AND r.created_at < greatest(r.next_attempt_at, (SELECT max(x.at) FROM payments.transactions x)) - interval '7 days';
