-- The open items of store $1 in currency $2, at most $3: what takes from its balance first, or a payout of many
-- old earnings would pay what a refund or a reserve has taken since; then the oldest. Each with when it became
-- payable and whether it is earned by that; they are locked until the transaction ends, but for those that
-- another one holds.
SELECT i.entry_id, i.amount, e.at, i.kind IN ('release', 'rest_released') AS earned
FROM payout_items i JOIN ledger_entries e ON e.id = i.entry_id
WHERE i.store_id = $1 AND i.currency = $2 AND i.payout_id IS NULL
ORDER BY i.amount > 0, i.entry_id
LIMIT $3
FOR UPDATE OF i SKIP LOCKED
