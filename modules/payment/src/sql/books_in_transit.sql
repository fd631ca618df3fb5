-- How many stores have something else in transit in the ledger than their pending payouts, per currency.
SELECT count(*) FROM (SELECT store_id, currency, -sum(amount) AS moving FROM ledger_entries
                      WHERE account = 'payout_in_transit' GROUP BY store_id, currency) b
FULL JOIN (SELECT store_id, currency, sum(amount) AS pending FROM payouts WHERE status = 'pending'
           GROUP BY store_id, currency) o USING (store_id, currency)
WHERE coalesce(b.moving, 0) <> coalesce(o.pending, 0)
