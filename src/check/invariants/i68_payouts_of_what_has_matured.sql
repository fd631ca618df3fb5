-- schemas: payments
-- A payout claims no earning that became payable after the time up to which it pays: the days that it was held for when the payout was made, and for a new store at least those of new stores.
SELECT p.id AS payout, p.store_id AS store, 'claimed early' AS what, i.entry_id AS entry, e.at, p.matured_by
FROM payments.payouts p
JOIN payments.payout_items i ON i.payout_id = p.id AND i.amount > 0 AND i.kind IN ('release', 'rest_released')
JOIN payments.ledger_entries e ON e.id = i.entry_id
WHERE e.at > p.matured_by
UNION ALL
SELECT p.id, p.store_id, 'pays what is to come', NULL, p.created_at, p.matured_by
FROM payments.payouts p WHERE p.matured_by > p.created_at
UNION ALL
SELECT p.id, p.store_id, 'not as of a new store', NULL, p.new_store_matured_by, p.matured_by
FROM payments.payouts p WHERE p.matured_by > p.new_store_matured_by
