-- Writes a registration for the person who has its address. $1 id, $2 e-mail, $3 username,
-- $4 hashed password, $5 first name, $6 last name, $7 phone number, $8 locale, $9 its end.
INSERT INTO registrations (id, user_id, email, username, hashed_password, first_name,
                           last_name, phone_number, locale, expires_at)
SELECT $1, u.id, $2, $3, $4, $5, $6, $7, $8, $9
FROM users u
WHERE lower(u.email) = lower($2)
