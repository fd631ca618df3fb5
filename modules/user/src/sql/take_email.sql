-- Gives a person ($1) another, confirmed address ($2) at $3; what she signed in by before is old.
UPDATE users SET email = $2, email_verified_at = $3, credentials_changed_at = $3,
       version = version + 1, updated_at = $3
WHERE id = $1 AND status = 'active'
RETURNING id
