-- What waits: $1 names of jobs, $2 before when they are late, $3 since when they could run, $4 the latest that each may be due.
-- Scans what is new or not delivered.
SELECT (SELECT count(*) FROM outbox_event WHERE fanned_out_at IS NULL)
       + count(*) FILTER (WHERE d.state = 'pending') AS waiting,
       count(*) FILTER (WHERE d.state = 'dead') AS dead,
       least(min(d.next_attempt_at) FILTER (WHERE d.state = 'pending'),
             (SELECT min(occurred_at) FROM outbox_event WHERE fanned_out_at IS NULL)) AS oldest,
       (SELECT count(*) FROM job JOIN unnest($1::text[], $4::timestamptz[]) AS known (name, latest)
           ON known.name = job.name
        WHERE $3::timestamptz < $2::timestamptz AND (run_at < $2 OR run_at > known.latest)) AS late_jobs
FROM outbox_delivery d WHERE d.state IN ('pending', 'dead')
