-- schemas: payments
-- A payout that came back, or was given up, claims nothing any more: it keeps what it had claimed, with its sum, and opened exactly that in the ledger, once; one that stands opened nothing. At the provider there is less by what is paid, and by no more.
SELECT o.id AS payout, 'claims something still' AS what, o.amount AS kept, sum(i.amount) AS found
FROM payments.payouts o JOIN payments.payout_items i ON i.payout_id = o.id
WHERE o.status IN ('failed', 'returned')
GROUP BY o.id
UNION ALL
SELECT o.id, 'had claimed something else', o.amount, sum(e.amount)
FROM payments.payouts o LEFT JOIN payments.payout_ended_items e ON e.payout_id = o.id
WHERE o.status IN ('failed', 'returned')
GROUP BY o.id HAVING o.amount <> coalesce(sum(e.amount), 0) OR o.items <> count(e.entry_id)
UNION ALL
SELECT e.payout_id, 'stands, and is kept as ended', NULL, sum(e.amount)
FROM payments.payout_ended_items e
WHERE NOT EXISTS (SELECT 1 FROM payments.payouts o WHERE o.id = e.payout_id AND o.status IN ('failed', 'returned'))
GROUP BY e.payout_id
UNION ALL
SELECT o.id, 'opened something else', o.amount, coalesce(l.opened, 0)
FROM payments.payouts o
LEFT JOIN (SELECT e.payout_id, -sum(e.amount) AS opened FROM payments.ledger_entries e
           WHERE e.kind = 'payout_returned' AND e.account = 'seller_payable' GROUP BY e.payout_id) l ON l.payout_id = o.id
WHERE coalesce(l.opened, 0) <> CASE WHEN o.status IN ('failed', 'returned') THEN o.amount ELSE 0 END
UNION ALL
SELECT o.id, 'took something else from the provider', o.amount, coalesce(l.taken, 0)
FROM payments.payouts o
LEFT JOIN (SELECT e.payout_id, -sum(e.amount) AS taken FROM payments.ledger_entries e
           WHERE e.account = 'provider_clearing' AND e.payout_id IS NOT NULL AND e.kind <> 'payout_reversed' GROUP BY e.payout_id) l ON l.payout_id = o.id
WHERE coalesce(l.taken, 0) <> CASE WHEN o.status = 'paid' THEN o.amount ELSE 0 END
