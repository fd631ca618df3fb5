-- How many lines of statement $1 are in which state, for which reason.
SELECT state, reason, count(*) AS count FROM statement_lines WHERE statement_id = $1 GROUP BY state, reason
