-- Adds a person without a password, or takes the spelling and the language of her address from the
-- newest registration; no row if the address is verified. Locks her row either way.
-- $1 id, $2 e-mail, $3 first name, $4 last name, $5 locale, $6 now.
INSERT INTO users AS u (id, email, first_name, last_name, locale,
                        credentials_changed_at, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $6, $6)
ON CONFLICT ((lower(email))) DO UPDATE
    SET email = excluded.email, locale = excluded.locale, version = u.version + 1,
        updated_at = excluded.updated_at
    WHERE u.email_verified_at IS NULL
RETURNING u.id, u.version
