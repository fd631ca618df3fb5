-- A category at the end of its siblings, unless its slug is taken: $1 its id, $2 its parent, $3 name,
-- $4 slug, $5 path, $6 what it is called in languages.
-- Scans the categories, of which there are some hundreds.
INSERT INTO categories (id, parent_id, name, slug, position, path, names)
SELECT $1::uuid, $2::uuid, $3::text, $4::text, coalesce(max(position), 0) + 1, $5::uuid[], $6::jsonb
FROM categories WHERE parent_id IS NOT DISTINCT FROM $2
ON CONFLICT (slug) DO NOTHING
