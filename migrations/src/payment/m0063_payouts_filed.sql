-- When a payout was put into a file for the bank, and into which. An earlier release beside this one writes
-- neither: its files hold all that wait, and mark none.
ALTER TABLE payouts ADD COLUMN filed_at timestamptz;
ALTER TABLE payouts ADD COLUMN file_id uuid;
