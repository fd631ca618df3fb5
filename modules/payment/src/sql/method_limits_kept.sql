-- By what is paid, and within which amounts; those of all stores first.
-- Scans method_limits: no more than a thousand are kept.
SELECT id, method, currency, store_id, enabled, least, most, payee, version, created_at, updated_at
FROM method_limits
ORDER BY store_id NULLS FIRST, method, currency
LIMIT 1000
