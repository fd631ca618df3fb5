-- schemas: orders, payments
-- An earning that waits for a fiscal document is of a completed store order, and while there is no document no payment has released it.
-- What a provider paid to the store's own account there was split before anybody asked for a document.
-- Of what went back whole nothing is earned: what its store owes for it is taken off the next payout.
SELECT s.id AS store_order, s.completed_at, s.documented_at, s.earning_held_at, p.released_at
FROM orders.store_orders s
LEFT JOIN payments.payment_splits p ON p.part = s.id AND p.released_at IS NOT NULL AND p.refunded < p.amount
     AND p.there IS DISTINCT FROM 'paid'
WHERE s.earning_held_at IS NOT NULL
  AND (s.completed_at IS NULL OR (s.documented_at IS NULL AND p.released_at IS NOT NULL))
