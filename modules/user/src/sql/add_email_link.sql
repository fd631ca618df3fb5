-- Writes a link ($1) by which a person ($2) takes another address ($3), until $4; now is $5. Of an
-- address that somebody has it has ended already. No row if she asked for $7 since $6, whatever became
-- of them. Counts the person's version, and locks her row.
WITH person AS (
    UPDATE users u SET version = u.version + 1, updated_at = $5
    WHERE u.id = $2 AND u.status = 'active'
      AND (SELECT count(*) FROM account_links l
           WHERE l.user_id = u.id AND l.purpose = 'change_email' AND l.created_at > $6) < $7
    RETURNING u.id, u.version),
link AS (
    INSERT INTO account_links (id, user_id, purpose, email, expires_at, created_at)
    SELECT $1, p.id, 'change_email', $3,
           CASE WHEN EXISTS (SELECT 1 FROM users o
                             WHERE lower(o.email) = lower($3) AND o.email_verified_at IS NOT NULL)
                THEN $5 ELSE $4 END,
           $5
    FROM person p)
SELECT id, version FROM person
