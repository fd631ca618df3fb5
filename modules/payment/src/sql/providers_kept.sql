-- The providers that operators entered, those first to which new payments are offered first.
-- Scans providers: no more than fifty are kept.
SELECT id, name, kind, takes_new, position, settings, secrets, removed_at, version, created_at, updated_at
FROM providers WHERE removed_at IS NULL
ORDER BY position, name
LIMIT 50
