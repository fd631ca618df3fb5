-- Uses a link ($1) for its purpose ($2) at $3: of any number who come with it, it lets one through.
DELETE FROM account_links WHERE id = $1 AND purpose = $2 AND expires_at > $3
RETURNING user_id, email
