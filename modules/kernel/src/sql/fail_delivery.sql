-- A delivery that failed: $1 event, $2 subscriber, $3 attempt, $4 for good, $5 when it is tried again, $6 why.
-- Its commit need not wait for the disk.
UPDATE outbox_delivery SET state = CASE WHEN $4 THEN 'dead' ELSE 'pending' END, next_attempt_at = $5,
       lease_until = NULL, last_error = $6
WHERE event_id = $1 AND subscriber = $2 AND attempts = $3 AND state = 'pending'
  AND set_config('synchronous_commit', 'off', true) = 'off'
