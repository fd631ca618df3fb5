-- What payout $1 claimed is open again, and kept as what it claimed. $2 now.
WITH opened AS (
    UPDATE payout_items SET payout_id = NULL, updated_at = $2 WHERE payout_id = $1
    RETURNING entry_id, split_id, kind, amount, currency)
INSERT INTO payout_ended_items (payout_id, entry_id, split_id, kind, amount, currency)
SELECT $1, entry_id, split_id, kind, amount, currency FROM opened
