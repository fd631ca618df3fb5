-- Makes the account that a registration ($1) stands for, at $2, if it has not expired and the
-- address is not verified. Who verifies first keeps a username that two had asked for; the other
-- goes on without.
UPDATE users u
SET email = r.email, hashed_password = r.hashed_password, first_name = r.first_name,
    last_name = r.last_name, phone_number = r.phone_number, locale = r.locale,
    username = CASE WHEN EXISTS (SELECT 1 FROM users o WHERE o.username = r.username)
                    THEN NULL ELSE r.username END,
    email_verified_at = $2, credentials_changed_at = $2, version = u.version + 1, updated_at = $2
FROM registrations r
WHERE r.id = $1 AND r.expires_at > $2 AND u.id = r.user_id
  AND lower(u.email) = lower(r.email) AND u.email_verified_at IS NULL
RETURNING u.id
