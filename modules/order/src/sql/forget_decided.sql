-- Forgets up to $2 ids that were decided before $1.
-- Scans the ids, once an hour.
DELETE FROM decided_ids
WHERE order_id = ANY (ARRAY(SELECT order_id FROM decided_ids WHERE decided_at <= $1 LIMIT $2))
