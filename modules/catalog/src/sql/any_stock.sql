-- Whether any of the variants $1 has a stock row.
SELECT EXISTS (SELECT 1 FROM inventory WHERE variant_id = ANY($1))
