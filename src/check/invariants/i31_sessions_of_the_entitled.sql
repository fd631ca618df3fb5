-- schemas: users
-- No live session or refresh token belongs to a blocked person or is older than her credentials, and no family has two live tokens.
SELECT s.id AS session, s.user_id, 'not entitled' AS problem
FROM users.sessions s
JOIN users.users u ON u.id = s.user_id
WHERE s.revoked_at IS NULL AND s.rotated_at IS NULL
  AND (u.status <> 'active' OR s.opened_at < u.credentials_changed_at)
UNION ALL
SELECT s.family, s.user_id, 'two live tokens'
FROM users.sessions s
WHERE s.revoked_at IS NULL AND s.rotated_at IS NULL
GROUP BY s.family, s.user_id
HAVING count(*) > 1
