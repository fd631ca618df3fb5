-- Gives the lock ($1) of this session back.
SELECT pg_advisory_unlock($1)
