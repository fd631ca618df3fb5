-- The tables whose rows are leased.
SELECT c.relname::text AS name
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
  AND a.attname = 'lease_until' AND NOT a.attisdropped
ORDER BY c.relname
