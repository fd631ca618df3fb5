-- How far a reader in another process is: $1 the reader, $2 transaction, $3 event.
INSERT INTO outbox_reader (reader, transaction_id, event_id)
SELECT $1, $2, $3 WHERE NOT EXISTS (SELECT 1 FROM outbox_reader
                                    WHERE (reader, transaction_id, event_id) = ($1, $2, $3))
ON CONFLICT (reader) DO UPDATE SET transaction_id = excluded.transaction_id, event_id = excluded.event_id
