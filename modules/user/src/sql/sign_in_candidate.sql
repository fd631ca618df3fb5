-- The person with a login ($1, lower case), and what her password is compared with. No username has
-- an @ and every e-mail has one, so that at most one row fits. One statement, so that a known login
-- takes as long as an unknown one.
SELECT u.id, u.username, u.email, u.hashed_password, u.first_name, u.last_name, u.phone_number,
       u.image_url, u.locale, u.email_verified_at, u.status, u.credentials_changed_at, u.version,
       u.created_at, u.updated_at,
       ARRAY(SELECT r.role FROM user_roles r WHERE r.user_id = u.id ORDER BY r.role) AS roles,
       COALESCE(u.hashed_password, (SELECT r.hashed_password FROM registrations r
                                    WHERE r.user_id = u.id
                                    ORDER BY r.expires_at DESC, r.id DESC LIMIT 1)) AS compared_hash
FROM users u
WHERE lower(u.email) = $1 OR u.username = $1
