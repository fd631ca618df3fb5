-- From $1 on the job looks what is to go out of the accounts at the providers $2: of store $3, or all.
UPDATE split_accounts SET withdraw_at = $1, updated_at = $1
WHERE provider = ANY ($2::text[]) AND emptied_at IS NULL AND ($3::uuid IS NULL OR store_id = $3)
