-- Takes the turn to look at payment $1, unless somebody else has it. $2 now, $3 when others may
-- look again; one further ahead than $4 seconds was put there by a clock that has gone back since.
UPDATE payments SET next_poll_at = $3, updated_at = $2
WHERE id = $1 AND (next_poll_at <= $2 OR next_poll_at > $2 + make_interval(secs => $4))
