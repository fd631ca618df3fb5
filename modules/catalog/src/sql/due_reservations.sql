-- At most $2 active reservations that have expired at $1, those after $3 and $4 by time and key.
SELECT key, expires_at FROM reservations
WHERE state = 'active' AND expires_at <= $1 AND (expires_at, key) > ($3, $4)
ORDER BY expires_at, key LIMIT $2
