-- Writes a link ($1) by which the person with a login ($2, lower case) signs in on a surface ($3),
-- until $4. Of a login that may not enter there, that was sent one a moment ago, which is not used and
-- ends after $5, or that has $7 at $6, whatever their surface, the row says nothing: both take as long.
-- Her row is locked (lock_login).
WITH person AS (
    SELECT u.id, u.email FROM users u
    WHERE (lower(u.email) = $2 OR u.username = $2)
      AND u.status = 'active' AND u.email_verified_at IS NOT NULL
      AND ($3::text <> 'admin' OR EXISTS (SELECT 1 FROM user_roles r WHERE r.user_id = u.id))
      AND NOT EXISTS (SELECT 1 FROM account_links l
                      WHERE l.user_id = u.id AND l.purpose = 'sign_in' AND l.surface = $3::text
                        AND l.expires_at > $5)
      AND (SELECT count(*) FROM account_links l
           WHERE l.user_id = u.id AND l.purpose = 'sign_in' AND l.expires_at > $6) < $7),
link AS (
    INSERT INTO account_links (id, user_id, purpose, email, surface, expires_at)
    SELECT $1, p.id, 'sign_in', p.email, $3::text, $4
    FROM (VALUES (true)) one LEFT JOIN person p ON true)
SELECT id FROM person
