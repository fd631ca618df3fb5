-- What waits for somebody, by provider: payments to be looked at, and refunds to be made, of those that
-- are not configured; of the others, refunds whose keys they have forgotten. $1 the providers that are
-- configured, $2 of each the moment from which on it knows keys.
-- Scans payments that are to be looked at, and refunds that are open.
SELECT w.gateway, count(*) FILTER (WHERE k.name IS NULL) AS unconfigured, count(k.name) AS forgotten
FROM (
    SELECT p.gateway, NULL::timestamptz AS asked_at FROM payments p WHERE p.next_poll_at IS NOT NULL
    UNION ALL
    SELECT (SELECT p.gateway FROM payments p WHERE p.id = r.payment_id), r.created_at
    FROM refunds r WHERE r.status = 'pending') AS w
LEFT JOIN unnest($1::text[], $2::timestamptz[]) AS k (name, known_from) ON k.name = w.gateway
WHERE k.name IS NULL OR w.asked_at <= k.known_from
GROUP BY w.gateway
ORDER BY w.gateway
LIMIT 100
