-- When the day $1 begins and the day $2 ends by the clocks of the zone $3; nothing of a day that is not given.
SELECT $1::text::date::timestamp AT TIME ZONE $3 AS starts_at,
       ($2::text::date + 1)::timestamp AT TIME ZONE $3 AS ends_at
