-- A dead delivery is tried again: $1 event, $2 subscriber, $3 now.
UPDATE outbox_delivery
SET state = 'pending', attempts = 0, next_attempt_at = $3, lease_until = NULL
WHERE event_id = $1 AND subscriber = $2 AND state = 'dead'
