-- schemas: payments
-- A reference has at most one open payment and at most one that is paid and not given back, an attempt is made once, and a charge belongs to one payment.
SELECT p.reference::text AS subject, 'open' AS what, count(*) AS payments
FROM payments.payments p WHERE p.status IN ('pending', 'authorized')
GROUP BY p.reference HAVING count(*) > 1
UNION ALL
SELECT p.reference::text, 'paid', count(*)
FROM payments.payments p WHERE p.status IN ('completed', 'partially_refunded', 'disputed')
GROUP BY p.reference HAVING count(*) > 1
UNION ALL
SELECT p.reference::text, 'attempt ' || p.attempt, count(*)
FROM payments.payments p GROUP BY p.reference, p.attempt HAVING count(*) > 1
UNION ALL
SELECT p.transaction_id, 'charge', count(*)
FROM payments.payments p WHERE p.transaction_id IS NOT NULL
GROUP BY p.gateway, p.transaction_id HAVING count(*) > 1
