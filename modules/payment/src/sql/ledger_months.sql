-- What account $1 in currency $2 sums to by the months of time zone $3, newest first, at most $4.
SELECT to_char(at AT TIME ZONE $3::text, 'YYYY-MM') AS month, sum(amount) AS total, count(*) AS entries
FROM ledger_entries WHERE account = $1 AND currency = $2
GROUP BY month ORDER BY month DESC LIMIT $4
