-- Deliveries that were taken: $1 events, $2 subscribers, $3 attempts (one list of keys), $4 now, $5 pending.
-- Its commit need not wait for the disk.
UPDATE outbox_delivery d SET state = 'done', done_at = $4, lease_until = NULL, last_error = NULL
FROM unnest($1::uuid[], $2::text[], $3::int[]) AS r (event_id, subscriber, attempts)
WHERE d.event_id = r.event_id AND d.subscriber = r.subscriber
  AND d.state = $5 AND d.attempts = r.attempts
  AND set_config('synchronous_commit', 'off', true) = 'off'
