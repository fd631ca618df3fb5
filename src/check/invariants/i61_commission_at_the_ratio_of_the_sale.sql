-- schemas: payments
-- What refunds and disputes took of a split's commission, or left to the marketplace, is the share of it that went back, at the ratio of the sale, to a cent for each of them; of a split that went back whole it is all of it.
SELECT s.payment_id AS payment, s.id AS split, t.taken, s.commission * t.back / s.amount AS due
FROM payments.payment_splits s
JOIN payments.payments p ON p.id = s.payment_id
CROSS JOIN LATERAL (SELECT s.commission_reversed + s.commission_kept + s.disputed_commission AS taken,
                           s.refunded + s.disputed AS back,
                           (SELECT count(*) FROM payments.refund_parts r WHERE r.split_id = s.id)
                         + (SELECT count(*) FROM payments.dispute_parts d WHERE d.split_id = s.id) AS times,
                           -- What has no hundredths.
                           CASE WHEN p.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX',
                                                    'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN 1 ELSE 0.01 END AS unit) t
WHERE s.amount > 0
  AND (abs(t.taken - s.commission * t.back / s.amount) > t.times * t.unit
       OR (t.back = s.amount AND t.taken <> s.commission))
