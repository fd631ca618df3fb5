-- The cursor of a source never goes back: $1 the source, $2 transaction, $3 event.
INSERT INTO outbox_cursor (source, transaction_id, event_id) VALUES ($1, $2, $3)
ON CONFLICT (source) DO UPDATE SET transaction_id = excluded.transaction_id, event_id = excluded.event_id
WHERE (outbox_cursor.transaction_id, outbox_cursor.event_id)
      < (excluded.transaction_id, excluded.event_id)
