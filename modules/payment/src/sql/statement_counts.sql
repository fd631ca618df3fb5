-- How many lines of statement $1 are in which state, for which reason, and are of payments that were marked before.
SELECT state, reason, was_paid, count(*) AS count FROM statement_lines WHERE statement_id = $1
GROUP BY state, reason, was_paid
