-- Writes a locked product as it is from now on, and what the search knows of it: $1 its id, $2 name,
-- $3 description, $4 category, $5 brand, $6 tags, $7 status, $8 whether it was a file that archived it,
-- $9 now.
UPDATE products
SET name = $2, name_plain = lower(unaccent($2::text)), description = $3, category_id = $4, brand = $5, tags = $6,
    status = $7, archived_by_import = $8,
    search = setweight(to_tsvector('feira', $2::text), 'A') ||
             setweight(to_tsvector('feira', concat_ws(' ', $5::text, array_to_string($6::text[], ' '))), 'B') ||
             setweight(to_tsvector('feira', $3::text), 'C'),
    version = version + 1, updated_at = $9
WHERE id = $1
