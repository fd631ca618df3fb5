-- What store $1 is owed and was paid, per currency, as the store sees it.
SELECT currency,
       coalesce(-sum(amount) FILTER (WHERE account = 'seller_pending'), 0) AS pending,
       coalesce(-sum(amount) FILTER (WHERE account = 'seller_payable'), 0) AS payable,
       coalesce(-sum(amount) FILTER (WHERE account = 'payout_in_transit'), 0) AS in_payout,
       coalesce(sum(amount) FILTER (WHERE account = 'payout_in_transit' AND kind = 'payout_paid'), 0) AS paid
FROM ledger_entries WHERE store_id = $1 GROUP BY currency ORDER BY currency LIMIT 50
