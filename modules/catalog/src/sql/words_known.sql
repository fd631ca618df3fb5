-- Whether any active product has the words $1.
SELECT EXISTS (SELECT 1 FROM products WHERE status = 'active'
                 AND search @@ (SELECT websearch_to_tsquery('feira', $1::text)))
