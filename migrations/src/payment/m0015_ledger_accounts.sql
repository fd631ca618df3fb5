-- Accounts for what comes between a sale and its payout: disputes, reserves, fees, what stores owe, and what
-- the marketplace bears. An earlier release beside this one writes only those that it knows.
ALTER TABLE ledger_entries DROP CONSTRAINT ledger_entries_account_check;
ALTER TABLE ledger_entries DROP CONSTRAINT ledger_entries_check;
ALTER TABLE ledger_entries ADD CONSTRAINT ledger_entries_account CHECK (account IN (
    'provider_clearing', 'provider_disputed', 'seller_pending', 'seller_payable', 'seller_disputed',
    'seller_reserve', 'seller_receivable', 'payout_in_transit', 'platform_commission', 'provider_fees',
    'platform_promotions', 'write_offs', 'tax')) NOT VALID;
-- What is a store's names it.
ALTER TABLE ledger_entries ADD CONSTRAINT ledger_entries_store CHECK (store_id IS NOT NULL OR account IN (
    'provider_clearing', 'provider_disputed', 'provider_fees', 'platform_promotions', 'write_offs', 'tax')) NOT VALID;
