-- How far the events of a source were taken: $1 the source.
SELECT transaction_id, event_id FROM outbox_cursor WHERE source = $1
