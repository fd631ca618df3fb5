-- The sum of each account in each currency.
-- Scans the books, for an operator who audits them: it is a search.
SELECT account, currency, sum(amount) AS total FROM ledger_entries
GROUP BY account, currency ORDER BY currency, account LIMIT 1000
