-- schemas: payments
-- A dispute keeps back, of provider and stores alike, exactly what its parts say while it is open, and nothing when it is over: won, all is there again; lost, it is gone, with the commission on it, and what had gone back before is gone once more, of no store.
WITH said AS (
    SELECT d.id, d.payment_id, d.state, d.held, d.written_off, coalesce(sum(p.amount), 0) AS amount,
           coalesce(sum(p.commission), 0) AS commission, coalesce(sum(p.earning), 0) AS earning
    FROM payments.disputes d LEFT JOIN payments.dispute_parts p ON p.dispute_id = d.id
    GROUP BY d.id
), ought AS (
    SELECT payment_id,
           coalesce(sum(amount) FILTER (WHERE state IN ('opened', 'evidence_sent')), 0) AS held,
           coalesce(sum(earning) FILTER (WHERE state IN ('opened', 'evidence_sent')), 0) AS kept,
           coalesce(sum(amount) FILTER (WHERE state <> 'won'), 0) + sum(written_off) AS taken,
           sum(written_off) AS written_off,
           coalesce(sum(commission) FILTER (WHERE state = 'lost'), 0) AS commission
    FROM said GROUP BY payment_id
), posted AS (
    -- Of a payment: what one dispute keeps back may be more later, which is posted by itself.
    SELECT e.payment_id,
           coalesce(sum(e.amount) FILTER (WHERE e.account = 'provider_disputed'), 0) AS held,
           coalesce(-sum(e.amount) FILTER (WHERE e.account = 'seller_disputed'), 0) AS kept,
           coalesce(-sum(e.amount) FILTER (WHERE e.account = 'provider_clearing'), 0) AS taken,
           coalesce(sum(e.amount) FILTER (WHERE e.account = 'write_offs'), 0) AS written_off,
           coalesce(sum(e.amount) FILTER (WHERE e.account = 'platform_commission'), 0) AS commission
    FROM payments.ledger_entries e
    WHERE e.kind IN ('dispute_opened', 'dispute_won', 'dispute_lost')
    GROUP BY e.payment_id
)
SELECT NULL::uuid AS dispute, coalesce(o.payment_id, l.payment_id) AS payment, NULL AS state, o.held,
       o.taken AS amount, l.held AS in_ledger, l.kept, l.taken
FROM ought o FULL JOIN posted l ON l.payment_id = o.payment_id
WHERE coalesce(l.held, 0) <> coalesce(o.held, 0) OR coalesce(l.kept, 0) <> coalesce(o.kept, 0)
   OR coalesce(l.taken, 0) <> coalesce(o.taken, 0) OR coalesce(l.commission, 0) <> coalesce(o.commission, 0)
   OR coalesce(l.written_off, 0) <> coalesce(o.written_off, 0)
UNION ALL
SELECT s.id, s.payment_id, s.state, s.held, s.amount, NULL, NULL, NULL
FROM said s WHERE s.held <> s.amount
UNION ALL
-- No store bears more of a fee than was taken.
SELECT d.id, d.payment_id, d.state, d.held, d.fee, sum(p.fee), NULL, NULL
FROM payments.disputes d JOIN payments.dispute_parts p ON p.dispute_id = d.id
GROUP BY d.id HAVING sum(p.fee) > greatest(d.fee, 0)
UNION ALL
SELECT d.id, d.payment_id, d.state, d.held, d.fee, -sum(e.amount), NULL, NULL
FROM payments.disputes d
LEFT JOIN payments.ledger_entries e ON e.payment_id = d.payment_id AND e.kind = 'fee' AND e.account = 'provider_clearing'
                                   AND e.currency = d.fee_currency
                                   -- A refund may give back of the charge's fee.
                                   AND NOT EXISTS (SELECT FROM payments.ledger_transactions t JOIN payments.refunds r ON r.id = t.source_id
                                                   WHERE t.id = e.transaction_id)
WHERE d.fee <> 0 AND (SELECT count(*) FROM payments.disputes o WHERE o.payment_id = d.payment_id) = 1
GROUP BY d.id HAVING d.fee > coalesce(-sum(e.amount), 0)
