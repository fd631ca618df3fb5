-- schemas: notifications
-- No two messages share a dedupe key, and each is sent exactly as often as its log says: once, or not yet.
SELECT 'same dedupe key' AS problem, dedupe_key AS message, count(*) AS times
FROM notifications.notifications
GROUP BY dedupe_key
HAVING count(*) > 1
UNION ALL
SELECT 'sent more often, or less, than its status says', n.dedupe_key, count(l.id)
FROM notifications.notifications n
LEFT JOIN notifications.notification_logs l ON l.notification_id = n.id AND l.status = 'sent'
GROUP BY n.id, n.dedupe_key, n.status
HAVING count(l.id) <> CASE WHEN n.status = 'sent' THEN 1 ELSE 0 END;
