-- The rows that an invariant's query gives, at most $1; the query is put in.
SELECT to_jsonb(broken) AS broken FROM (
{query}
) broken LIMIT $1
