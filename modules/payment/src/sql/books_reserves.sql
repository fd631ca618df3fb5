-- How many stores have something else in reserve in the ledger than their reserves that are held, per
-- currency, and how many settled debts are not in the ledger with their amount.
-- Scans the books, for an operator who audits them: it is a search.
SELECT (SELECT count(*) FROM (SELECT store_id, currency, -sum(amount) AS kept FROM ledger_entries
                              WHERE account = 'seller_reserve' GROUP BY store_id, currency) b
        FULL JOIN (SELECT store_id, currency, sum(amount) AS held FROM reserves WHERE status = 'held'
                   GROUP BY store_id, currency) r USING (store_id, currency)
        WHERE coalesce(b.kept, 0) <> coalesce(r.held, 0))
     + (SELECT count(*) FROM debt_settlements d WHERE d.amount IS DISTINCT FROM
            (SELECT -sum(e.amount) FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
             WHERE t.kind = d.kind AND t.source_id = d.id
               AND e.account IN ('seller_payable', 'seller_receivable')))
