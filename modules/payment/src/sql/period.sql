-- The days from $1 to $2 in the zone $3 at $4: today where there is no last one, the first of its month where
-- there is no first one. What they are called, how many they are, and when they begin and end.
WITH last AS (
    SELECT coalesce($2::text::date, ($4::timestamptz AT TIME ZONE $3)::date) AS day
), days AS (
    SELECT coalesce($1::text::date, date_trunc('month', day::timestamp)::date) AS first, day AS last FROM last
)
SELECT first::text AS first, last::text AS last, (last - first + 1)::bigint AS days,
       first::timestamp AT TIME ZONE $3 AS starts_at, (last + 1)::timestamp AT TIME ZONE $3 AS ends_at
FROM days
