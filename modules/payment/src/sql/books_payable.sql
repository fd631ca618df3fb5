-- How many stores are owed something else by the ledger than their open items, per currency.
-- Scans the books, for an operator who audits them: it is a search.
SELECT count(*) FROM (SELECT store_id, currency, -sum(amount) AS owed FROM ledger_entries
                      WHERE account = 'seller_payable' GROUP BY store_id, currency) b
FULL JOIN (SELECT store_id, currency, sum(amount) AS open FROM payout_items WHERE payout_id IS NULL
           GROUP BY store_id, currency) i USING (store_id, currency)
WHERE coalesce(b.owed, 0) <> coalesce(i.open, 0)
