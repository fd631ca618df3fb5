-- schemas: payments
-- The legs of a payment to stores are its splits and sum to it; it is open while one of them is, and captured if one was paid; of a paid leg the store owes the commission that was not reversed, less what the marketplace gave, and of any leg nothing is at a provider or payable. What is paid before anything is sold tells its payer one thing for each leg, no two the same code, and what came after its time is said to have come late.
SELECT p.id AS payment, NULL::uuid AS split, 'sum' AS what, p.amount AS kept, sum(l.amount) AS found
FROM payments.payments p JOIN payments.payment_legs l ON l.payment_id = p.id
GROUP BY p.id
HAVING p.amount <> sum(l.amount)
    OR count(*) <> (SELECT count(*) FROM payments.payment_splits s WHERE s.payment_id = p.id)
UNION ALL
SELECT p.id, NULL, 'open', NULL, count(*) FILTER (WHERE l.status = 'open')
FROM payments.payments p JOIN payments.payment_legs l ON l.payment_id = p.id
GROUP BY p.id
HAVING (p.status IN ('pending', 'authorized')) <> (count(*) FILTER (WHERE l.status = 'open') > 0)
    OR (p.captured_at IS NOT NULL) <> (count(*) FILTER (WHERE l.status = 'open') = 0
                                      AND count(*) FILTER (WHERE l.status = 'paid' AND (l.amount > 0 OR p.method = 'cash_on_delivery')) > 0)
UNION ALL
SELECT p.id, NULL, 'none', p.amount, NULL
FROM payments.payments p
WHERE p.to_stores AND NOT EXISTS (SELECT 1 FROM payments.payment_legs l WHERE l.payment_id = p.id)
UNION ALL
SELECT l.payment_id, l.split_id, 'told', NULL, num_nonnulls(l.br_code, l.pay_to, l.chat)
FROM payments.payment_legs l JOIN payments.payments p ON p.id = l.payment_id
WHERE num_nonnulls(l.br_code, l.pay_to, l.chat) <> CASE WHEN p.method = 'cash_on_delivery' THEN 0 ELSE 1 END
   OR (l.br_code IS NULL) <> (l.txid IS NULL)
UNION ALL
SELECT l.payment_id, l.split_id, 'code', NULL, count(*) OVER (PARTITION BY l.txid)
FROM payments.payment_legs l
WHERE l.txid IS NOT NULL
  AND EXISTS (SELECT 1 FROM payments.payment_legs o WHERE o.txid = l.txid AND o.split_id <> l.split_id)
UNION ALL
SELECT l.payment_id, l.split_id, 'late', NULL, NULL
FROM payments.payment_legs l JOIN payments.payments p ON p.id = l.payment_id
WHERE p.method <> 'cash_on_delivery' AND l.paid_at >= p.expires_at AND NOT l.came_late
UNION ALL
SELECT p.id, NULL, 'uncollected', p.uncollected, u.amount
FROM payments.payments p
CROSS JOIN LATERAL (SELECT coalesce(sum(l.amount) FILTER (WHERE l.status = 'unpaid'), 0) AS amount
                    FROM payments.payment_legs l WHERE l.payment_id = p.id) u
WHERE p.uncollected <> CASE WHEN p.captured_at IS NULL THEN 0 ELSE u.amount END
UNION ALL
SELECT s.payment_id, s.id, 'amount', s.amount, l.amount
FROM payments.payment_legs l JOIN payments.payment_splits s ON s.id = l.split_id
WHERE l.amount <> s.amount OR (l.status <> 'paid' AND s.refunded + s.refunding > 0)
UNION ALL
SELECT s.payment_id, s.id, 'owed',
       CASE l.status WHEN 'paid' THEN s.commission - s.commission_reversed - s.promoted ELSE 0 END, e.owed
FROM payments.payment_legs l JOIN payments.payment_splits s ON s.id = l.split_id
CROSS JOIN LATERAL (SELECT coalesce(sum(x.amount), 0) AS owed FROM payments.ledger_entries x
                    WHERE x.split_id = l.split_id AND x.account = 'seller_receivable') e
WHERE e.owed <> CASE l.status WHEN 'paid' THEN s.commission - s.commission_reversed - s.promoted ELSE 0 END
UNION ALL
SELECT l.payment_id, l.split_id, 'payable', NULL, e.amount
FROM payments.payment_legs l JOIN payments.ledger_entries e ON e.split_id = l.split_id
WHERE e.account NOT IN ('seller_receivable', 'platform_commission', 'platform_promotions')
