-- What an operator ($1) may do, if her device ($2, a session's family) is signed in at $3.
SELECT ARRAY(SELECT DISTINCT p.permission FROM user_roles r
             JOIN role_permissions p ON p.role = r.role WHERE r.user_id = u.id) AS permissions
FROM users u
WHERE u.id = $1 AND u.status = 'active'
  AND EXISTS (SELECT 1 FROM sessions s
              WHERE s.family = $2 AND s.user_id = u.id
                AND s.revoked_at IS NULL AND s.rotated_at IS NULL AND s.expires_at > $3
                AND s.opened_at >= u.credentials_changed_at)
  AND EXISTS (SELECT 1 FROM user_roles r WHERE r.user_id = u.id)
