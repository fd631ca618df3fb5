-- Locks the row of the person with a login ($1), if there is one: a statement that waited for a lock
-- counts other rows as they were before it waited, so that the one after this counts.
SELECT id FROM users WHERE lower(email) = lower($1) OR username = lower($1) FOR NO KEY UPDATE
