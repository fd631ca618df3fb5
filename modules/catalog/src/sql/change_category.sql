-- Names category $1 and puts it with all below it under $2 (null: no parent), whose path is $3; from
-- elsewhere it comes to the end there. $4 its name, $5 what it is called in languages, $6 now.
-- Scans the categories, of which there are some hundreds.
UPDATE categories c
SET path = $3::uuid[] || c.path[array_position(c.path, $1::uuid):],
    parent_id = CASE WHEN c.id = $1 THEN $2::uuid ELSE c.parent_id END,
    position = CASE WHEN c.id <> $1 OR c.parent_id IS NOT DISTINCT FROM $2 THEN c.position ELSE
        (SELECT coalesce(max(s.position), 0) + 1 FROM categories s WHERE s.parent_id IS NOT DISTINCT FROM $2) END,
    name = CASE WHEN c.id = $1 THEN $4::text ELSE c.name END,
    names = CASE WHEN c.id = $1 THEN $5::jsonb ELSE c.names END,
    version = c.version + (c.id = $1)::int,
    updated_at = $6
WHERE c.path @> ARRAY[$1::uuid]
