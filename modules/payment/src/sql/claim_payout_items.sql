-- Payout $1 claims the items of the entries $2, those that no other has. $3 now.
UPDATE payout_items SET payout_id = $1, updated_at = $3 WHERE entry_id = ANY($2) AND payout_id IS NULL
