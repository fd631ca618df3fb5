-- A product with what the search knows of it, unless its slug or import key is taken: $1 its id, $2 its store,
-- $3 name, $4 slug, $5 description, $6 category, $7 brand, $8 tags, $9 status, $10 its import key,
-- $11 currency, $12 lowest price, $13 highest price, $14 compare-at price, $15 now.
INSERT INTO products (id, store_id, name, name_plain, slug, description, category_id, brand, tags, status,
                      search, create_key, currency, price_from, price_to, compare_at, created_at, updated_at)
VALUES ($1, $2, $3, lower(unaccent($3::text)), $4, $5, $6, $7, $8, $9,
        setweight(to_tsvector('feira', $3::text), 'A') ||
        setweight(to_tsvector('feira', concat_ws(' ', $7::text, array_to_string($8::text[], ' '))), 'B') ||
        setweight(to_tsvector('feira', $5::text), 'C'),
        $10, $11, $12, $13, $14, $15, $15)
ON CONFLICT DO NOTHING
