-- schemas: payments
-- What is paid in instalments is paid by card, in two or more, by a payer who pays no less than the amount; interest that a provider took is a part of its fee, and is borne by who was to bear it, the rest by one side.
SELECT p.id AS payment, p.card_instalments AS count, p.amount, p.instalments_total AS total,
       p.interest_borne_by AS bearer, p.fee, p.financing_fee AS financing, coalesce(e.borne, 0) AS borne
FROM payments.payments p
-- What was taken for a refund or a dispute has a transaction of that.
LEFT JOIN (SELECT l.payment_id, sum(l.amount) AS borne FROM payments.ledger_entries l
           JOIN payments.ledger_transactions t ON t.id = l.transaction_id AND t.source_id = l.payment_id
           WHERE l.kind = 'fee' AND l.split_id IS NOT NULL GROUP BY l.payment_id) e ON e.payment_id = p.id
WHERE (p.card_instalments IS NULL) <> (p.interest_borne_by IS NULL)
   OR (p.card_instalments IS NULL AND p.instalments_total IS NOT NULL)
   OR (p.card_instalments IS NOT NULL AND p.method <> 'card')
   OR p.card_instalments NOT BETWEEN 2 AND 99
   OR p.interest_borne_by NOT IN ('buyer', 'marketplace', 'store')
   OR p.instalments_total < p.amount
   OR (p.financing_fee IS NOT NULL AND p.fee IS NULL)
   OR p.financing_fee NOT BETWEEN 0 AND p.fee
   OR (p.fee IS NOT NULL AND coalesce(e.borne, 0) NOT IN (0, p.fee)
       AND coalesce(e.borne, 0) <> CASE p.interest_borne_by WHEN 'store' THEN coalesce(p.financing_fee, 0)
                                        WHEN 'marketplace' THEN p.fee - coalesce(p.financing_fee, 0) END)
   OR (p.interest_borne_by = 'store' AND p.financing_fee > 0 AND coalesce(e.borne, 0) = 0)
   OR (p.interest_borne_by = 'marketplace' AND p.financing_fee > 0 AND e.borne = p.fee)
