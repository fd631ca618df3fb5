-- schemas: payments
-- What went back of a split, by refunds and lost disputes, was taken in the ledger from whom the split says, and of a refund that came back nothing is taken any more.
SELECT s.payment_id AS payment, s.id AS subject, 'promotion' AS what, s.promoted AS kept,
       coalesce(sum(e.amount) FILTER (WHERE e.account = 'platform_promotions'), 0) AS found
FROM payments.payment_splits s
LEFT JOIN payments.ledger_entries e ON e.split_id = s.id AND e.kind IN ('refund', 'refund_returned')
GROUP BY s.id HAVING s.promoted <> coalesce(sum(e.amount) FILTER (WHERE e.account = 'platform_promotions'), 0)
UNION ALL
SELECT s.payment_id, s.id, 'earning', s.refunded - s.commission_reversed - s.promoted,
       coalesce(sum(e.amount), 0)
FROM payments.payment_splits s
LEFT JOIN payments.ledger_entries e ON e.split_id = s.id
     AND ((e.kind IN ('refund', 'refund_returned') AND e.account IN ('seller_pending', 'seller_payable', 'seller_refunding'))
          OR (e.kind IN ('dispute_opened', 'dispute_won', 'dispute_lost')
              AND e.account IN ('seller_pending', 'seller_payable', 'seller_disputed')))
-- What stores were paid themselves they give back themselves.
WHERE NOT EXISTS (SELECT 1 FROM payments.payment_legs l WHERE l.split_id = s.id)
GROUP BY s.id HAVING s.refunded - s.commission_reversed - s.promoted <> coalesce(sum(e.amount), 0)
UNION ALL
SELECT r.payment_id, r.id, 'came back', r.amount, coalesce(back.given, 0)
FROM payments.refunds r
LEFT JOIN LATERAL (
    SELECT sum(e.amount) AS given FROM payments.ledger_transactions t
    JOIN payments.ledger_entries e ON e.transaction_id = t.id AND e.account = 'provider_clearing'
         AND e.store_id IS NULL
    WHERE t.kind = 'refund_returned' AND t.source_id = r.id) back ON true
-- Also of these nothing was at a provider.
WHERE coalesce(back.given, 0) <> CASE WHEN r.returned_at IS NULL THEN 0
    WHEN EXISTS (SELECT 1 FROM payments.payment_legs l WHERE l.payment_id = r.payment_id) THEN 0 ELSE r.amount END
