-- Since when the account of a payout was the store's, and until when nothing went to it, as both were when the payout
-- was made. An earlier release beside this one writes neither.
ALTER TABLE payouts ADD COLUMN account_changed_at timestamptz;
ALTER TABLE payouts ADD COLUMN account_held_until timestamptz;
