-- Takes a key, or takes it over from a request that died or is long past: $1 scope, $2 route, $3 key,
-- $4 holder, $5 fingerprint, $6 now, $7 the end of a lease that is over now, $8 since when answers are
-- kept, $9 the end of a lease that begins now: what began later was begun by a clock that has gone
-- back since. No row if it is somebody else's.
-- Its commit need not wait for the disk.
INSERT INTO idempotency (scope, route, key, holder, fingerprint, started_at)
SELECT $1, $2, $3, $4, $5, $6 WHERE set_config('synchronous_commit', 'off', true) = 'off'
ON CONFLICT (scope, route, key) DO UPDATE
   SET started_at = $6, status = NULL, body = NULL, location = NULL, fingerprint = $5, holder = $4
 WHERE (idempotency.status IS NULL AND idempotency.fingerprint = $5
        AND (idempotency.started_at < $7 OR idempotency.started_at > $9))
    OR idempotency.started_at < $8
RETURNING true
