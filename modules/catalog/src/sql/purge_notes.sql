-- Deletes notes of import $1: $2 how many at most.
DELETE FROM import_notes
WHERE import_id = $1
  AND place = ANY (ARRAY(SELECT place FROM import_notes WHERE import_id = $1 ORDER BY place LIMIT $2))
