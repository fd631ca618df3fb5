-- Up to when what became payable is paid by a payout, as the hold was when it was made; and the same by the hold of new
-- stores, of one whose store was new then. An earlier release beside this one writes neither.
ALTER TABLE payouts ADD COLUMN matured_by timestamptz;
ALTER TABLE payouts ADD COLUMN new_store_matured_by timestamptz;
