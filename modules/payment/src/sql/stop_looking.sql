-- Payment $1 is looked at no more, unless it is in one of the states $2. $3 now.
UPDATE payments SET next_poll_at = NULL, updated_at = $3 WHERE id = $1 AND status <> ALL($2)
