-- An import, unless it is there, and a part of what it told: $1 its id, $2 its store, $3 now, $4 notes in
-- their order, $5 its report, with the first of them.
WITH kept AS (
    INSERT INTO imports (id, store_id, report, created_at)
    VALUES ($1::uuid, $2::uuid, $5::jsonb, $3::timestamptz)
    ON CONFLICT (id) DO NOTHING
)
INSERT INTO import_notes (import_id, place, line, column_name, refused, code, detail)
SELECT $1::uuid, place, line, column_name, refused, code, detail
FROM jsonb_to_recordset($4::jsonb) AS n (
    place integer, line bigint, column_name text, refused boolean, code text, detail text)
