-- Spends a refresh token ($1, its hash) at $2, if its person may still use it. Of any number who
-- come with the same token, it lets one through.
UPDATE sessions s SET rotated_at = $2, last_used_at = $2, updated_at = $2
FROM users u
WHERE s.token_hash = $1 AND s.kind = 'refresh' AND s.expires_at > $2
  AND coalesce(s.rotated_at, s.revoked_at) IS NULL
  AND u.id = s.user_id AND u.status = 'active' AND u.credentials_changed_at <= s.opened_at
  AND (s.surface <> 'admin' OR EXISTS (SELECT 1 FROM user_roles r WHERE r.user_id = u.id))
RETURNING s.family, s.user_id, s.surface, s.device, s.address, s.opened_at
