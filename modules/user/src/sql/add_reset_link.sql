-- Writes a link ($1) by which the verified person with this e-mail ($2) sets a new password, until
-- $3; now is $4. Of an address that nobody has, or that has $5 such links already, the row says
-- nothing: both take as long. Counts the person's version; her row is
-- locked (lock_login).
WITH person AS (
    UPDATE users u SET version = u.version + 1, updated_at = $4
    WHERE lower(u.email) = lower($2) AND u.email_verified_at IS NOT NULL AND u.status = 'active'
      AND (SELECT count(*) FROM account_links l
           WHERE l.user_id = u.id AND l.purpose = 'reset_password' AND l.expires_at > $4) < $5
    RETURNING u.id, u.version, u.email),
link AS (
    INSERT INTO account_links (id, user_id, purpose, email, expires_at)
    SELECT $1, p.id, 'reset_password', p.email, $3
    FROM (VALUES (true)) one LEFT JOIN person p ON true)
SELECT id, version FROM person
