-- A page of deliveries, newest first: $1 dead ones only, $2 and $3 before which, $4 how many.
SELECT d.event_id, e.name, d.subscriber, d.state, d.attempts, d.last_error, e.occurred_at, d.next_attempt_at
FROM outbox_delivery d JOIN outbox_event e ON e.id = d.event_id
WHERE ($1 = false OR d.state = 'dead') AND (d.event_id, d.subscriber) < ($2, $3)
ORDER BY d.event_id DESC, d.subscriber DESC LIMIT $4
