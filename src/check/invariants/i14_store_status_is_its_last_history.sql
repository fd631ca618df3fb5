-- schemas: stores
-- A store's status and version are those of the last row of its status history, and no row is missing.
SELECT s.id, s.status, s.version, h.to_status AS last_status, h.version AS last_version, h.rows
FROM stores.stores s
LEFT JOIN LATERAL (
    SELECT l.to_status, l.version, count(*) OVER () AS rows
    FROM stores.store_status_history l
    WHERE l.store_id = s.id
    ORDER BY l.version DESC
    LIMIT 1
) h ON true
WHERE h.to_status IS DISTINCT FROM s.status
   OR h.version > s.version
   OR EXISTS (
       SELECT 1
       FROM (
           SELECT from_status, lag(to_status) OVER (ORDER BY version) AS before
           FROM stores.store_status_history
           WHERE store_id = s.id
       ) step
       WHERE step.from_status IS DISTINCT FROM step.before
   );
