-- schemas: payments, sandbox
-- The simulated provider's own record agrees with the books: of a charge that both know the amount is the same, what one has captured or given back the other has within a week, and nothing is in the books that it has not.
-- What real providers have is held against the books by their reports (`feira reconcile`). The week is told by the newest exchange with any provider, not by now().
WITH known AS (
    SELECT DISTINCT p.gateway FROM payments.payments p JOIN sandbox.charges c ON c.idempotency_key = p.id::text
), late AS (
    SELECT max(x.at) - interval '7 days' AS at FROM payments.transactions x
)
SELECT p.id AS payment, c.id AS charge, 'another amount' AS what, p.amount AS kept, c.amount / 100.0 AS found
FROM payments.payments p JOIN sandbox.charges c ON c.idempotency_key = p.id::text
WHERE (p.currency IN ('BRL', 'EUR', 'USD') AND c.amount <> p.amount * 100) OR c.currency <> p.currency
UNION ALL
SELECT p.id, c.id, 'captured there alone', NULL, c.amount / 100.0
FROM payments.payments p JOIN sandbox.charges c ON c.idempotency_key = p.id::text, late
WHERE c.status = 'captured' AND c.refunded < c.amount AND p.captured_at IS NULL AND c.captured_at < late.at
UNION ALL
SELECT p.id, c.id, 'captured here alone', p.amount, NULL
FROM payments.payments p JOIN known k ON k.gateway = p.gateway
LEFT JOIN sandbox.charges c ON c.idempotency_key = p.id::text
WHERE p.captured_at IS NOT NULL AND NOT p.to_stores AND c.status IS DISTINCT FROM 'captured'
UNION ALL
SELECT r.payment_id, b.charge_id, 'another refund', r.amount, b.amount / 100.0
FROM payments.refunds r JOIN sandbox.refunds b ON b.idempotency_key = r.id::text
WHERE r.currency IN ('BRL', 'EUR', 'USD') AND b.amount <> r.amount * 100
UNION ALL
SELECT r.payment_id, b.charge_id, 'given back there alone', NULL, b.amount / 100.0
FROM payments.refunds r JOIN sandbox.refunds b ON b.idempotency_key = r.id::text, late
WHERE r.status <> 'completed' AND r.returned_at IS NULL AND b.created_at < late.at
UNION ALL
SELECT r.payment_id, NULL, 'given back here alone', r.amount, NULL
FROM payments.refunds r JOIN payments.payments p ON p.id = r.payment_id JOIN known k ON k.gateway = p.gateway
LEFT JOIN sandbox.refunds b ON b.idempotency_key = r.id::text
WHERE r.status = 'completed' AND b.id IS NULL AND r.given_back_at IS NULL
