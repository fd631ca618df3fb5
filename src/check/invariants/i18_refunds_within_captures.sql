-- schemas: payments
-- What was given back, of a payment and of each split, is what its refunds and lost disputes say, is positive, and never passes what was captured.
SELECT p.id AS payment, NULL::uuid AS split, p.amount, p.refunded, sum(r.amount) AS refunds
FROM payments.payments p
LEFT JOIN payments.refunds r ON r.payment_id = p.id AND r.status = 'completed'
GROUP BY p.id
HAVING p.refunded <> coalesce(sum(r.amount), 0)
                     + (SELECT coalesce(sum(d.held), 0) FROM payments.disputes d WHERE d.payment_id = p.id AND d.state = 'lost')
    OR p.refunded > p.amount
    OR (p.refunded > 0 AND p.captured_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM payments.payment_legs l WHERE l.payment_id = p.id AND l.status = 'paid'))
    OR coalesce(min(r.amount), 1) <= 0
UNION ALL
SELECT s.payment_id, s.id, s.amount, s.refunded + s.refunding, sum(i.amount)
FROM payments.payment_splits s
LEFT JOIN (payments.refund_parts i JOIN payments.refunds r ON r.id = i.refund_id AND r.status <> 'failed')
       ON i.split_id = s.id
GROUP BY s.id
HAVING s.refunded <> coalesce(sum(i.amount) FILTER (WHERE r.status = 'completed'), 0)
                     + (SELECT coalesce(sum(l.amount), 0) FROM payments.dispute_parts l
                        JOIN payments.disputes d ON d.id = l.dispute_id AND d.state = 'lost' WHERE l.split_id = s.id)
    OR s.refunding <> coalesce(sum(i.amount) FILTER (WHERE r.status = 'pending'), 0)
    OR s.refunded + s.refunding + s.disputed > s.amount
    OR coalesce(min(i.amount), 1) <= 0
