-- Leases deliveries that are due, or further ahead ($5) than any retry: a clock has gone back.
-- Its commit need not wait for the disk.
-- Scans what is pending: a bounded part of it is due.
WITH due AS MATERIALIZED (
    SELECT event_id, subscriber FROM outbox_delivery
    WHERE state = 'pending' AND (next_attempt_at <= $2 OR next_attempt_at > $5) AND subscriber = ANY ($1)
      AND (lease_until IS NULL OR lease_until < now()
           OR lease_until > now() + make_interval(secs => 2 * $3))
    ORDER BY next_attempt_at LIMIT $4 FOR UPDATE SKIP LOCKED),
taken AS (
    UPDATE outbox_delivery d SET attempts = d.attempts + 1, lease_until = now() + make_interval(secs => $3)
    FROM due WHERE d.event_id = due.event_id AND d.subscriber = due.subscriber AND d.state = 'pending'
      AND set_config('synchronous_commit', 'off', true) = 'off'
    RETURNING d.event_id, d.subscriber, d.attempts)
SELECT t.event_id, t.subscriber, t.attempts, e.name, e.aggregate_id, e.aggregate_version, e.payload, e.occurred_at
FROM taken t JOIN outbox_event e ON e.id = t.event_id ORDER BY e.id
