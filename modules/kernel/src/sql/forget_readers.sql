-- Readers that have not read what is older than $1.
-- Scans readers, of which there are a few, and the newest event.
DELETE FROM outbox_reader r
WHERE EXISTS (SELECT 1 FROM outbox_event e WHERE e.source IS NULL AND e.occurred_at < $1
                AND (e.transaction_id, e.id) > (r.transaction_id, r.event_id))
RETURNING reader
