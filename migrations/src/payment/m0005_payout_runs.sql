-- The run that an operator asked for with a key; a repeat of it answers the same payouts.
ALTER TABLE payouts ADD COLUMN run_id uuid;
