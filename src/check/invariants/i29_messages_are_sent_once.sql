-- schemas: notifications
-- No two messages share a dedupe key, and the log of one has no attempt that it did not have, nor one that was good unless it is sent.
-- (Releases before 0.3.0 logged attempts that were good.)
SELECT 'same dedupe key' AS problem, dedupe_key AS message, count(*) AS times
FROM notifications.notifications
GROUP BY dedupe_key
HAVING count(*) > 1
UNION ALL
SELECT 'sent by its log, not by its state', n.dedupe_key, count(*)
FROM notifications.notifications n
JOIN notifications.notification_logs l ON l.notification_id = n.id AND l.status = 'sent'
GROUP BY n.id, n.dedupe_key, n.status
HAVING count(*) > 1 OR n.status <> 'sent'
UNION ALL
SELECT 'the log has an attempt that it did not have', n.dedupe_key, l.attempt
FROM notifications.notifications n
JOIN notifications.notification_logs l ON l.notification_id = n.id
WHERE l.attempt > n.attempts;
