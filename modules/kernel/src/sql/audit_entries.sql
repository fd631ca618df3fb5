-- A page of the audit log, newest first: $1 below which id, $2 by whom, $3 about what, $4 how many.
-- Scans only where it is planned without values: it is a search.
SELECT id, at, actor, user_id, module, surface, store_id, action, subject_kind, subject_id, details
FROM audit
WHERE ($1::uuid IS NULL OR id < $1) AND ($2::uuid IS NULL OR user_id = $2)
  AND ($3::uuid IS NULL OR subject_id = $3)
ORDER BY id DESC LIMIT $4
