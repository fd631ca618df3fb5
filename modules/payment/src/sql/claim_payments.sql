-- Takes payments of provider $5 to be looked at: twice as long a pause each time, but never past
-- the end of one that is still open. One further ahead than the longest pause was put there by a
-- clock that has gone back since.
WITH due AS MATERIALIZED (
    SELECT d.id, make_interval(secs => least($3 * (1 << least(d.polls, 10)), $4)) AS wait
    FROM payments d
    WHERE d.gateway = $5 AND (d.next_poll_at <= $1 OR d.next_poll_at > $1 + make_interval(secs => $4 + 5))
    ORDER BY d.next_poll_at LIMIT $2 FOR UPDATE SKIP LOCKED)
UPDATE payments p SET polls = p.polls + 1, updated_at = $1,
       next_poll_at = CASE WHEN p.expires_at > $1 THEN least(p.expires_at, $1 + due.wait) ELSE $1 + due.wait END
FROM due WHERE p.id = due.id
RETURNING p.id
