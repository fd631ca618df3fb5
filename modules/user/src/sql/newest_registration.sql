-- The newest registration of an address ($1) that is not verified. One statement, so that a known
-- address takes as long as an unknown one.
SELECT r.id, r.hashed_password
FROM registrations r JOIN users u ON u.id = r.user_id
WHERE lower(u.email) = lower($1) AND u.email_verified_at IS NULL
ORDER BY r.expires_at DESC, r.id DESC LIMIT 1
