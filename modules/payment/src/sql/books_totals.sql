-- The sum of each account in each currency.
SELECT account, currency, sum(amount) AS total FROM ledger_entries
GROUP BY account, currency ORDER BY currency, account LIMIT 1000
