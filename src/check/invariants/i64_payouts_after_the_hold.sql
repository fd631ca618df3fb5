-- schemas: payments
-- A payout is made only after the account that it goes to was the store's for as long as nothing goes to a new one.
SELECT p.id AS payout, p.store_id AS store, p.created_at, p.account_changed_at, p.account_held_until
FROM payments.payouts p
WHERE p.created_at < p.account_held_until OR p.account_held_until < p.account_changed_at
   OR (p.account_changed_at IS NULL) <> (p.account_held_until IS NULL)
