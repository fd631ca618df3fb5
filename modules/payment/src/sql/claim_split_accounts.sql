-- Takes the accounts at the providers $2 out of which something is to go since longest at $1, at most $3; each comes
-- again after $4 seconds unless somebody says that it is done.
UPDATE split_accounts SET withdraw_at = $1 + make_interval(secs => $4), updated_at = $1
WHERE id = ANY (ARRAY(
    SELECT id FROM split_accounts WHERE withdraw_at <= $1 AND provider = ANY ($2::text[])
    ORDER BY withdraw_at, id LIMIT $3 FOR UPDATE SKIP LOCKED))
RETURNING id, store_id, provider, account, retired_at IS NOT NULL AS retired
