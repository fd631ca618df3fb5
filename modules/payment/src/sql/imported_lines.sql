-- The lines of bank statements that are the money of the payments $1, each with when its day began in the zone $2.
SELECT l.payment_id, l.key, l.booked_on::timestamp AT TIME ZONE $2 AS booked_at
FROM statement_lines l
WHERE l.payment_id = ANY($1) AND l.state = 'matched'
