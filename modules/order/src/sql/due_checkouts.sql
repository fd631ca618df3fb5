-- Checkouts to take up, at most $2: due at $1, or put further ahead than $3 by a clock that has
-- gone back since.
(SELECT order_id, tries FROM checkouts WHERE due_at <= $1 ORDER BY due_at LIMIT $2)
UNION ALL
(SELECT order_id, tries FROM checkouts WHERE due_at > $3 AND state <> 'awaiting' LIMIT $2)
LIMIT $2
