-- What refunds that run hold of stores has an account.
ALTER TABLE ledger_entries DROP CONSTRAINT ledger_entries_account;
ALTER TABLE ledger_entries ADD CONSTRAINT ledger_entries_account CHECK (account IN (
    'provider_clearing', 'provider_disputed', 'seller_pending', 'seller_payable', 'seller_disputed',
    'seller_refunding', 'seller_reserve', 'seller_receivable', 'payout_in_transit', 'platform_commission',
    'provider_fees', 'platform_promotions', 'write_offs', 'tax')) NOT VALID;
