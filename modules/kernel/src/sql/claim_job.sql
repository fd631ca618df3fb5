-- Leases the job that has been due longest. ARRAY(...) is evaluated once whatever the plan;
-- `IN (SELECT ... LIMIT 1)` may be evaluated once per row, and would then lease several.
-- A job further ahead than its own period was put there by a clock that has gone back since.
UPDATE job SET attempts = attempts + 1, lease_until = now() + make_interval(secs => $3)
WHERE id = ANY (ARRAY(
    SELECT j.id
    FROM job j JOIN unnest($1::text[], $4::timestamptz[]) AS known (name, latest) ON known.name = j.name
    WHERE (j.run_at <= $2 OR j.run_at > known.latest) AND (j.lease_until IS NULL OR j.lease_until < now()
           OR j.lease_until > now() + make_interval(secs => 2 * $3))
    ORDER BY j.run_at, j.name LIMIT 1 FOR UPDATE OF j SKIP LOCKED))
RETURNING id, name, attempts
