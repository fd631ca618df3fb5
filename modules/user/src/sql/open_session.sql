-- Writes a session if its person ($5) is active and her credentials are not newer than $12. Locks
-- her row. The rest: $1 id, $2 kind, $3 family, $4 the token's hash, $6 surface, $7 device,
-- $8 address, $9 when it was opened, $10 now, $11 its end.
INSERT INTO sessions (id, kind, family, token_hash, user_id, surface, device, address,
                      opened_at, last_used_at, expires_at)
SELECT $1, $2, $3, $4, u.id, $6, $7, $8, $9, $10, $11
FROM users u
WHERE u.id = $5 AND u.status = 'active' AND u.credentials_changed_at <= $12
FOR SHARE
