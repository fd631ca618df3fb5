-- schemas: each
-- Every event reaches its subscribers: none is dead, past its last try, abandoned by its worker, or not even handed out.
-- Times here are PostgreSQL's own: leases and created_at are kept by it, whatever the clock of a test says.
SELECT d.event_id, d.subscriber, d.state, d.attempts, d.last_error
FROM {schema}.outbox_delivery d
WHERE d.state = 'dead'
   OR (d.state = 'pending' AND (d.attempts >= 12
                                OR d.lease_until < now() - interval '2 minutes'
                                OR d.created_at < now() - interval '1 day'))
UNION ALL
SELECT e.id, NULL, 'not handed out', 0, NULL
FROM {schema}.outbox_event e
WHERE e.fanned_out_at IS NULL AND e.created_at < now() - interval '10 minutes'
