-- What the clocks show at $1 in the time zone $2.
SELECT $1::timestamptz AT TIME ZONE $2::text
