-- Deletes imports, with their notes, that were kept long enough: $1 until when, $2 how many at most.
DELETE FROM imports
WHERE id = ANY (ARRAY(SELECT id FROM imports WHERE created_at <= $1 ORDER BY created_at LIMIT $2))
