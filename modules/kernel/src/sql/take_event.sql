-- One effect of an event for a consumer: $1 the consumer, $2 the event. No row: it had it.
INSERT INTO inbox (consumer, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING
