-- schemas: payments
-- What is disputed of a split is what open disputes keep back of it, and a payment is disputed just while one of them keeps something back.
SELECT s.payment_id AS payment, s.id AS split, s.disputed, s.disputed_commission, NULL AS status,
       coalesce(sum(p.amount), 0) AS kept, coalesce(sum(p.commission), 0) AS commission
FROM payments.payment_splits s
LEFT JOIN (payments.dispute_parts p JOIN payments.disputes d
           ON d.id = p.dispute_id AND d.state IN ('opened', 'evidence_sent')) ON p.split_id = s.id
GROUP BY s.id
HAVING s.disputed <> coalesce(sum(p.amount), 0) OR s.disputed_commission <> coalesce(sum(p.commission), 0)
UNION ALL
SELECT p.id, NULL, NULL, NULL, p.status, coalesce(d.held, 0), NULL
FROM payments.payments p
LEFT JOIN (SELECT payment_id, sum(held) AS held FROM payments.disputes
           WHERE state IN ('opened', 'evidence_sent') GROUP BY payment_id) d ON d.payment_id = p.id
WHERE (p.status = 'disputed') <> (coalesce(d.held, 0) > 0)
UNION ALL
SELECT d.payment_id, p.split_id, NULL, NULL, 'dispute of nothing', p.amount, NULL
FROM payments.disputes d LEFT JOIN payments.dispute_parts p ON p.dispute_id = d.id
WHERE NOT EXISTS (SELECT 1 FROM payments.payments a WHERE a.id = d.payment_id)
   OR (p.split_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM payments.payment_splits s
                                              WHERE s.id = p.split_id AND s.payment_id = d.payment_id
                                                AND s.store_id = p.store_id AND s.part = p.part))
