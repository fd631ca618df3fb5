-- Takes an account of a store at the providers $2 that is to be looked at, again after $3 seconds. $1 now. One
-- further ahead than a day was put there by a clock that has gone back since.
UPDATE store_accounts SET next_look_at = $1 + make_interval(secs => $3), updated_at = $1
WHERE id = ANY (ARRAY(
    SELECT id FROM store_accounts
    WHERE next_look_at IS NOT NULL AND provider = ANY ($2::text[])
      AND (next_look_at <= $1 OR next_look_at > $1 + interval '1 day 5 seconds')
    ORDER BY next_look_at LIMIT 1 FOR UPDATE SKIP LOCKED))
RETURNING id
