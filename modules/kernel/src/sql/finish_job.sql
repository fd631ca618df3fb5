-- What came of a run: $1 id, $2 which run, $3 when it is due again, $4 the error, $5 now.
UPDATE job SET run_at = $3, lease_until = NULL, last_error = $4,
       attempts = CASE WHEN $4::text IS NULL THEN 0 ELSE attempts END,
       finished_at = $5
WHERE id = $1 AND attempts = $2
