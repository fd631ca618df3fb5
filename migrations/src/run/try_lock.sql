-- Whether this session has the lock ($1) now.
SELECT pg_try_advisory_lock($1)
