-- schemas: payments
-- A refund holds what it will take of stores, but for what they were paid themselves, just while it runs: in the ledger, of each part, is held what those that run say, and no more than is on its way back.
-- One that an earlier release made is not asked whether it does: the job for refunds sees to it.
SELECT r.id AS subject, 'refund' AS what, r.status AS kept, r.holds::text AS found
FROM payments.refunds r WHERE r.holds <> (r.status = 'pending')
UNION ALL
SELECT s.id, 'split', coalesce(said.held, 0)::text, coalesce(posted.held, 0)::text
FROM payments.payment_splits s
LEFT JOIN (SELECT e.split_id, -sum(e.amount) AS held FROM payments.ledger_entries e
           WHERE e.account = 'seller_refunding' GROUP BY e.split_id) posted ON posted.split_id = s.id
LEFT JOIN (SELECT e.split_id, -sum(e.amount) AS held FROM payments.refunds r
           JOIN payments.ledger_transactions t ON t.kind = 'refund_held' AND t.source_id = r.id
           JOIN payments.ledger_entries e ON e.transaction_id = t.id AND e.account = 'seller_refunding'
           WHERE r.holds GROUP BY e.split_id) said ON said.split_id = s.id
WHERE coalesce(posted.held, 0) <> coalesce(said.held, 0)
   OR coalesce(posted.held, 0) NOT BETWEEN 0 AND s.refunding
UNION ALL
-- At the ratio of the sale, which is rounded: of one that both sides bear, or the store alone.
SELECT i.refund_id, 'share', i.amount::text, coalesce(posted.held, 0)::text
FROM payments.refunds r JOIN payments.refund_parts i ON i.refund_id = r.id
JOIN payments.payment_splits s ON s.id = i.split_id
LEFT JOIN LATERAL (SELECT -sum(e.amount) AS held FROM payments.ledger_transactions t
                   JOIN payments.ledger_entries e ON e.transaction_id = t.id AND e.account = 'seller_refunding'
                   WHERE t.kind = 'refund_held' AND t.source_id = r.id AND e.split_id = i.split_id) posted ON true
WHERE r.holds AND NOT EXISTS (SELECT 1 FROM payments.payment_legs l WHERE l.split_id = i.split_id) AND r.borne_by IS DISTINCT FROM 'marketplace' AND s.amount > 0
  AND coalesce(posted.held, 0) < i.amount * CASE WHEN r.keeps_commission THEN 1 ELSE (s.amount - s.commission) / s.amount END - 2
