-- Writes a registration for the person who has its address. $1 id, $2 e-mail, $3 username,
-- $4 hashed password, $5 first name, $6 last name, $7 phone number, $8 locale, $9 its end. It has ended
-- already, now ($10), if $11 wait whose links end after $12. Tells whether it waits.
INSERT INTO registrations (id, user_id, email, username, hashed_password, first_name,
                           last_name, phone_number, locale, expires_at)
SELECT $1, u.id, $2, $3, $4, $5, $6, $7, $8,
       CASE WHEN (SELECT count(*) FROM registrations r
                  WHERE r.user_id = u.id AND r.expires_at > $12) < $11
            THEN $9::timestamptz ELSE $10::timestamptz END
FROM users u
WHERE lower(u.email) = lower($2)
RETURNING expires_at > $10
