-- Who a browser session speaks for at $2: $1 the token's hash, $3 since when it must have been used.
-- Writes this use if the last one that was written is not younger than $4.
WITH touched AS (
    UPDATE sessions SET last_used_at = $2, updated_at = $2
    WHERE token_hash = $1 AND kind = 'browser' AND revoked_at IS NULL
      AND expires_at > $2 AND last_used_at > $3 AND last_used_at <= $4)
SELECT s.family AS session, s.user_id, s.surface, u.locale, u.first_name, u.last_name,
       ARRAY(SELECT DISTINCT p.permission FROM user_roles r
             JOIN role_permissions p ON p.role = r.role WHERE r.user_id = u.id) AS permissions
FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.token_hash = $1 AND s.kind = 'browser' AND s.revoked_at IS NULL
  AND s.expires_at > $2 AND s.last_used_at > $3
  AND u.status = 'active' AND u.credentials_changed_at <= s.opened_at
  AND (s.surface <> 'admin' OR EXISTS (SELECT 1 FROM user_roles r WHERE r.user_id = u.id))
