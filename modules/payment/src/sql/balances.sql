-- What store $1 is owed, was paid and owes itself, per currency, as the store sees it: what came back was
-- not paid.
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
       greatest(sum(amount) FILTER (WHERE account = 'seller_payable'), 0)
           + coalesce(sum(amount) FILTER (WHERE account = 'seller_receivable'), 0) AS owed
FROM ledger_entries WHERE store_id = $1 GROUP BY currency ORDER BY currency LIMIT 50
