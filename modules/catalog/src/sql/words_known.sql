-- Whether any active product has the words $1.
-- Scans only where it is planned without values: it is a search.
SELECT EXISTS (SELECT 1 FROM products WHERE status = 'active'
                 AND search @@ (SELECT plainto_tsquery('feira', $1::text)))
