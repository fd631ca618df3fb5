-- schemas: payments
-- A payout that stands is the sum of the items that it claims and is in the ledger with that sum; what can be paid out is exactly what the ledger says, each earning once, and of a part that nobody has released no more than the rest of what went back whole.
SELECT o.id AS subject, 'amount' AS what, o.amount AS kept, sum(i.amount) AS found
FROM payments.payouts o LEFT JOIN payments.payout_items i ON i.payout_id = o.id
WHERE o.status NOT IN ('failed', 'returned')
GROUP BY o.id HAVING o.amount <> coalesce(sum(i.amount), 0) OR o.items <> count(i.entry_id)
UNION ALL
SELECT o.id, 'ledger', o.amount,
       (SELECT sum(e.amount) FROM payments.ledger_entries e
        WHERE e.payout_id = o.id AND e.kind = 'payout' AND e.account = 'seller_payable')
FROM payments.payouts o
WHERE o.amount IS DISTINCT FROM
      (SELECT sum(e.amount) FROM payments.ledger_entries e
       WHERE e.payout_id = o.id AND e.kind = 'payout' AND e.account = 'seller_payable')
UNION ALL
SELECT e.id, 'item', -e.amount, i.amount
FROM payments.ledger_entries e LEFT JOIN payments.payout_items i ON i.entry_id = e.id
WHERE e.account = 'seller_payable' AND e.kind NOT IN ('payout', 'payout_returned') AND i.amount IS DISTINCT FROM -e.amount
UNION ALL
SELECT i.split_id, 'earning', NULL, count(*)
FROM payments.payout_items i WHERE i.amount > 0 AND i.kind = 'release'
GROUP BY i.split_id HAVING count(*) > 1
UNION ALL
SELECT s.id, 'rest', s.settled, coalesce(-sum(e.amount), 0)
FROM payments.payment_splits s
LEFT JOIN payments.ledger_entries e ON e.split_id = s.id AND e.account = 'seller_payable'
WHERE s.released_at IS NULL
GROUP BY s.id HAVING s.settled <> coalesce(-sum(e.amount), 0)
