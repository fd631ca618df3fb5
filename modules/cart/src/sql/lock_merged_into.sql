-- The open cart in which the lines of a merged cart are now, locked and with its next version: $1 the
-- cart that it was merged into, $2 now, $3 open. That one may have been held, and merged in its turn.
WITH RECURSIVE went AS (
    SELECT id, merged_into FROM carts WHERE id = $1
    UNION
    SELECT c.id, c.merged_into FROM carts c JOIN went w ON c.id = w.merged_into
)
UPDATE carts SET version = version + 1, updated_at = $2
WHERE id = ANY (ARRAY(SELECT id FROM went)) AND status = $3
RETURNING id
