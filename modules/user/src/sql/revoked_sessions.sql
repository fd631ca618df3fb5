-- Devices that were signed out after $1, the $2 that were last: of each the one token that was not
-- rotated.
SELECT family, revoked_at FROM sessions
WHERE kind = 'refresh' AND rotated_at IS NULL AND revoked_at > $1
ORDER BY revoked_at DESC LIMIT $2
