-- Account $4 of store $2 at provider $3, in which $5 of currency $6 is, is the one that charges are split to from $7
-- on: new by id $1, or one that it had before. The one in its place is emptied.
WITH old AS (
    UPDATE split_accounts SET retired_at = $7, withdraw_at = $7, updated_at = $7
    WHERE store_id = $2 AND provider = $3 AND retired_at IS NULL AND account <> $4
    RETURNING id
)
INSERT INTO split_accounts AS s (id, store_id, provider, account, balance, currency, created_at, updated_at)
SELECT $1, $2, $3, $4, $5, $6, $7, $7 WHERE (SELECT count(*) FROM old) >= 0
ON CONFLICT (store_id, provider, account) DO UPDATE
SET balance = excluded.balance, retired_at = NULL, emptied_at = NULL, updated_at = excluded.updated_at
