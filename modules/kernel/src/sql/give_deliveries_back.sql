-- Deliveries that were leased and not tried: $1 events, $2 subscribers, $3 attempts; $4 pending.
-- Its commit need not wait for the disk.
UPDATE outbox_delivery d SET attempts = d.attempts - 1, lease_until = NULL
FROM unnest($1::uuid[], $2::text[], $3::int[]) AS r (event_id, subscriber, attempts)
WHERE d.event_id = r.event_id AND d.subscriber = r.subscriber
  AND d.state = $4 AND d.attempts = r.attempts
  AND set_config('synchronous_commit', 'off', true) = 'off'
