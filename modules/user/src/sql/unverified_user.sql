-- Who keeps the place of an address ($1) that nobody confirmed. Locks her row.
SELECT id FROM users WHERE lower(email) = lower($1) AND email_verified_at IS NULL FOR UPDATE
