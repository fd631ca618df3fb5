-- schemas: payments
-- No account of the books stands on the side on which it cannot: of a store no more is kept in reserve, or on its way, than is owed to it; of a part no more commission is gone than there was (its pending earning may be: its store may bear more than it had); of a payment no less than nothing is disputed; and no more of fees or of what the marketplace gives comes back than went.
SELECT e.account, e.store_id AS subject, e.currency, sum(e.amount) AS found
FROM payments.ledger_entries e
WHERE e.account IN ('seller_reserve', 'payout_in_transit')
GROUP BY e.account, e.store_id, e.currency HAVING sum(e.amount) > 0
UNION ALL
SELECT e.account, e.split_id, e.currency, sum(e.amount)
FROM payments.ledger_entries e
WHERE e.account = 'platform_commission' AND e.split_id IS NOT NULL
GROUP BY e.account, e.split_id, e.currency HAVING sum(e.amount) > 0
UNION ALL
SELECT e.account, e.payment_id, e.currency, sum(e.amount)
FROM payments.ledger_entries e
WHERE e.account = 'provider_disputed'
GROUP BY e.account, e.payment_id, e.currency HAVING sum(e.amount) < 0
UNION ALL
SELECT e.account, NULL, e.currency, sum(e.amount)
FROM payments.ledger_entries e
WHERE e.account IN ('provider_fees', 'platform_promotions')
GROUP BY e.account, e.currency HAVING sum(e.amount) < 0
