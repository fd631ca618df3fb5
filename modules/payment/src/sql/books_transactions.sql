-- How many transactions do not sum to zero, or have one entry only.
-- Scans the books, for an operator who audits them: it is a search.
SELECT count(*) FROM (SELECT 1 FROM ledger_entries GROUP BY transaction_id, currency
                      HAVING sum(amount) <> 0 OR count(*) < 2) AS wrong
