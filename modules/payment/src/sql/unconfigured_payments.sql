-- How many payments to be looked at, and refunds to be made, wait for providers that are not
-- configured: by provider. $1 those that are.
-- Scans payments that are to be looked at, and refunds that are open.
SELECT w.gateway, count(*) AS waiting FROM (
    SELECT p.gateway FROM payments p WHERE p.next_poll_at IS NOT NULL
    UNION ALL
    SELECT (SELECT p.gateway FROM payments p WHERE p.id = r.payment_id)
    FROM refunds r WHERE r.status = 'pending') AS w
WHERE w.gateway <> ALL ($1::text[])
GROUP BY w.gateway
ORDER BY w.gateway
LIMIT 100
