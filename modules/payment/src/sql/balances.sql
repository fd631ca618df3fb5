-- What store $1 is owed, was paid and owes itself, per currency, as the store sees it: what came back was
-- not paid. What disputes and refunds hold may come back, and what is asked back of transfers is on its way: neither
-- is owed, as in debts.sql.
SELECT currency,
       coalesce(-sum(amount) FILTER (WHERE account = 'seller_pending'), 0) AS pending,
       coalesce(-sum(amount) FILTER (WHERE account = 'seller_payable'), 0) AS payable,
       coalesce(-sum(amount) FILTER (WHERE account IN ('seller_disputed', 'seller_refunding', 'seller_reserve')), 0) AS held,
       coalesce(-sum(amount) FILTER (WHERE account = 'payout_in_transit'), 0) AS in_payout,
       coalesce(sum(amount) FILTER (WHERE account = 'payout_in_transit' AND kind = 'payout_paid'), 0)
       - coalesce(sum(amount) FILTER (WHERE account = 'provider_clearing'
                                      AND kind IN ('payout_returned', 'payout_reversed', 'split_paid',
                                                   'refund', 'refund_returned')), 0) AS paid,
       coalesce(-sum(amount) FILTER (WHERE account = 'seller_disputed'), 0) AS disputed,
       coalesce(-sum(amount) FILTER (WHERE account = 'seller_refunding'), 0) AS refunding,
       coalesce(-sum(amount) FILTER (WHERE account = 'seller_reserve'), 0) AS reserved,
       greatest(coalesce(sum(amount) FILTER (WHERE account IN ('seller_payable', 'seller_disputed', 'seller_refunding')), 0)
                - (SELECT coalesce(sum(r.amount), 0) FROM transfer_reversals r
                   WHERE r.store_id = $1 AND r.currency = e.currency AND r.state = 'asked'), 0)
           + greatest(coalesce(sum(amount) FILTER (WHERE account = 'seller_receivable'), 0), 0) AS owed,
       (SELECT coalesce(sum(i.amount), 0) FROM debt_invoices i
        WHERE i.store_id = $1 AND i.currency = e.currency AND i.status = 'open') AS billed
FROM ledger_entries e WHERE store_id = $1 GROUP BY currency ORDER BY currency LIMIT 50
