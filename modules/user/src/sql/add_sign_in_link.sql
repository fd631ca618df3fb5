-- Writes a link for the person with a login ($2, lower case) to sign in on a surface ($3): $1 its id,
-- $4 its end. Without a person, so that nobody can use it, if none with that login may enter there, or
-- if she was sent one a moment ago: one that is not used and ends after $5. One statement, so that a
-- login of nobody takes as long.
INSERT INTO sign_in_links (id, user_id, surface, expires_at)
VALUES ($1, (
    SELECT u.id FROM users u
    WHERE (lower(u.email) = $2 OR u.username = $2)
      AND u.status = 'active' AND u.email_verified_at IS NOT NULL
      AND ($3::text <> 'admin' OR EXISTS (SELECT 1 FROM user_roles r WHERE r.user_id = u.id))
      AND NOT EXISTS (SELECT 1 FROM sign_in_links l
                      WHERE l.user_id = u.id AND l.surface = $3::text
                        AND l.used_at IS NULL AND l.expires_at > $5)),
    $3, $4)
RETURNING user_id
