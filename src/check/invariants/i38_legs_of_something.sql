-- schemas: payments
-- Every split and every exchange belongs to a payment, and every leg to a split of it; every entry of the ledger to a transaction, and to a payment, a split and a payout that exist where it names one.
SELECT 'no transaction' AS problem, e.id
FROM payments.ledger_entries e
WHERE NOT EXISTS (SELECT 1 FROM payments.ledger_transactions t WHERE t.id = e.transaction_id)
UNION ALL
SELECT 'no payment', e.id
FROM payments.ledger_entries e
WHERE e.payment_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM payments.payments p WHERE p.id = e.payment_id)
UNION ALL
SELECT 'no split', e.id
FROM payments.ledger_entries e
WHERE e.split_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM payments.payment_splits s WHERE s.id = e.split_id)
UNION ALL
SELECT 'no payout', e.id
FROM payments.ledger_entries e
WHERE e.payout_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM payments.payouts o WHERE o.id = e.payout_id)
UNION ALL
SELECT 'split of no payment', s.id
FROM payments.payment_splits s
WHERE NOT EXISTS (SELECT 1 FROM payments.payments p WHERE p.id = s.payment_id)
UNION ALL
SELECT 'exchange about no payment', x.id
FROM payments.transactions x
WHERE NOT EXISTS (SELECT 1 FROM payments.payments p WHERE p.id = x.payment_id)
UNION ALL
SELECT 'leg of no split', l.split_id
FROM payments.payment_legs l
WHERE NOT EXISTS (SELECT 1 FROM payments.payment_splits s
                  WHERE s.id = l.split_id AND s.payment_id = l.payment_id AND s.store_id = l.store_id AND s.part = l.part);
