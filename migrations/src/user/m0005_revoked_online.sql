-- Each process asks every few seconds which devices were signed out since.
DROP INDEX CONCURRENTLY IF EXISTS sessions_revoked;
CREATE INDEX CONCURRENTLY sessions_revoked ON sessions (revoked_at)
    WHERE kind = 'refresh' AND rotated_at IS NULL AND revoked_at IS NOT NULL;
