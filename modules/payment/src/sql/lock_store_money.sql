-- What is decided by the sums of store and currency $1 waits for its turn, until the transaction ends.
SELECT count(*) FROM pg_advisory_xact_lock(hashtextextended($1, 0))
