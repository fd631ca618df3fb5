-- The first moment after $1 that is, by the clocks of zone $2, hour $4 of weekday $3 (Monday is 1).
SELECT min(slot) AS at
FROM (SELECT (day + make_interval(hours => $4::int)) AT TIME ZONE $2::text AS slot
      FROM (SELECT date_trunc('day', $1::timestamptz AT TIME ZONE $2::text) + make_interval(days => n) AS day
            FROM generate_series(0, 7) AS n) AS days
      WHERE extract(isodow FROM day)::int = $3::int) AS slots
WHERE slot > $1
