-- Gives a person ($1) a password ($2, hashed) at $3; where one was compared ($4, hashed), only if
-- she still has it. Locks her row.
UPDATE users SET hashed_password = $2, credentials_changed_at = $3, version = version + 1, updated_at = $3
WHERE id = $1 AND status = 'active' AND email_verified_at IS NOT NULL
  AND ($4::text IS NULL OR hashed_password = $4)
RETURNING id, version
