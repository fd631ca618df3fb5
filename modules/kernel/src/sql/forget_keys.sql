-- The age stands outside too: a row that was used anew while this waited for it is another key's.
DELETE FROM idempotency_key
WHERE ctid = ANY (ARRAY(SELECT ctid FROM idempotency_key WHERE used_at < $1 LIMIT $2)) AND used_at < $1
