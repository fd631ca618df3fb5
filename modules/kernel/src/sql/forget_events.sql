-- At most $2 events that are older than $1 and that everybody has.
-- Scans readers, of which there are a few, and events from the oldest on, up to its limit.
WITH old AS (SELECT e.id FROM outbox_event e WHERE e.fanned_out_at IS NOT NULL AND e.occurred_at < $1
             AND NOT EXISTS (SELECT 1 FROM outbox_delivery d WHERE d.event_id = e.id AND d.state <> 'done')
             AND (e.source IS NOT NULL
                  OR NOT EXISTS (SELECT 1 FROM outbox_reader r
                                 WHERE (r.transaction_id, r.event_id) < (e.transaction_id, e.id)))
             ORDER BY e.id LIMIT $2),
     gone AS (DELETE FROM outbox_delivery d USING old WHERE d.event_id = old.id)
DELETE FROM outbox_event e USING old WHERE e.id = old.id
