-- Puts category $1 with all below it under $2 (null: no parent), whose path is $3, at the end of the
-- categories there: $4 now.
-- Scans the categories, of which there are some hundreds.
UPDATE categories c
SET path = $3::uuid[] || c.path[array_position(c.path, $1::uuid):],
    parent_id = CASE WHEN c.id = $1 THEN $2::uuid ELSE c.parent_id END,
    position = CASE WHEN c.id <> $1 THEN c.position ELSE
        (SELECT coalesce(max(s.position), 0) + 1 FROM categories s WHERE s.parent_id IS NOT DISTINCT FROM $2) END,
    updated_at = $4
WHERE c.path @> ARRAY[$1::uuid]
