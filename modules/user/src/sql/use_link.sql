-- Uses a link ($1) for its purpose ($2) at $3: of any number who come with it, it lets one through.
-- Locks its person before it, as everybody does who ends her links.
WITH person AS (
    SELECT u.id FROM users u
    WHERE u.id = (SELECT l.user_id FROM account_links l WHERE l.id = $1)
    FOR NO KEY UPDATE)
DELETE FROM account_links l USING person p
WHERE l.id = $1 AND l.user_id = p.id AND l.purpose = $2 AND l.expires_at > $3
RETURNING l.user_id, l.email
