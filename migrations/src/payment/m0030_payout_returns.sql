-- A payout keeps the account that it goes to, and may come back: from the bank after it was paid, or given
-- up before. An earlier release beside this one writes neither.
ALTER TABLE payouts ADD COLUMN pay_to jsonb;
ALTER TABLE payouts ADD COLUMN pay_to_masked text;
ALTER TABLE payouts ADD COLUMN ended_at timestamptz;
ALTER TABLE payouts ADD COLUMN ended_why text;
ALTER TABLE payouts DROP CONSTRAINT payouts_status_check;
ALTER TABLE payouts ADD CONSTRAINT payouts_status CHECK (status IN ('pending', 'paid', 'failed', 'returned')) NOT VALID;
ALTER TABLE payouts DROP CONSTRAINT payouts_check;
ALTER TABLE payouts ADD CONSTRAINT payouts_paid CHECK (
    (status IN ('paid', 'returned')) = (paid_at IS NOT NULL AND reference IS NOT NULL)) NOT VALID;
