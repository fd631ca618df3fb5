-- Makes the deliveries of new events; those of idle subscribers are leased with it.
-- Its commit need not wait for the disk.
-- Scans what is new.
WITH fresh AS MATERIALIZED (
    SELECT id, name, aggregate_id, aggregate_version, payload, occurred_at
    FROM outbox_event
    WHERE fanned_out_at IS NULL AND set_config('synchronous_commit', 'off', true) = 'off'
    ORDER BY id LIMIT $6 FOR UPDATE SKIP LOCKED),
made AS (
    INSERT INTO outbox_delivery (event_id, subscriber, next_attempt_at, attempts, lease_until)
    SELECT fresh.id, s.subscriber, $4, s.idle::int,
           CASE WHEN s.idle THEN now() + make_interval(secs => $5) END AS lease_until
    FROM fresh JOIN unnest($1::text[], $2::text[], $3::bool[]) AS s (subscriber, name, idle) ON s.name = fresh.name
    ON CONFLICT DO NOTHING RETURNING event_id, subscriber, attempts),
marked AS (UPDATE outbox_event SET fanned_out_at = $4 FROM fresh WHERE outbox_event.id = fresh.id)
SELECT f.id AS event_id, m.subscriber, m.attempts, f.name, f.aggregate_id, f.aggregate_version, f.payload, f.occurred_at
FROM fresh f LEFT JOIN made m ON m.event_id = f.id ORDER BY f.id
