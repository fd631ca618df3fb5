-- Takes the row of the person who made a registration ($1), at $2, and counts its version; no row
-- if her address is verified.
UPDATE users SET version = version + 1, updated_at = $2
WHERE id = (SELECT user_id FROM registrations WHERE id = $1) AND email_verified_at IS NULL
RETURNING id, version
