-- schemas: payments
-- Keys of providers that operators entered are sealed, and none stands among what may be read of them; a provider that was removed has no payments.
SELECT p.name, s.key AS field, 'a key that is not sealed' AS what
FROM payments.providers p CROSS JOIN LATERAL jsonb_each(p.secrets) AS s
WHERE s.value->>'sealed' IS NULL OR s.value->>'sealed' NOT LIKE 'v1.%'
UNION ALL
SELECT p.name, s.key, 'a key that can be read'
FROM payments.providers p CROSS JOIN LATERAL jsonb_each(p.settings) AS s
WHERE s.key IN ('api_key', 'webhook_secret', 'webhook_secret_previous', 'connect_webhook_secret',
                'connect_webhook_secret_previous', 'client_secret', 'certificate', 'certificate_key')
UNION ALL
SELECT p.name, NULL, 'it was removed, and has payments'
FROM payments.providers p
WHERE p.removed_at IS NOT NULL AND EXISTS (SELECT 1 FROM payments.payments y WHERE y.gateway = p.name)
