-- At most $2 marks of taken events older than $1.
WITH old AS (SELECT consumer, event_id FROM inbox WHERE created_at < $1 LIMIT $2)
DELETE FROM inbox i USING old WHERE i.consumer = old.consumer AND i.event_id = old.event_id
