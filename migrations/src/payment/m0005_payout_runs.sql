-- The run that an operator asked for with a key; a repeat of it answers the same payouts.
ALTER TABLE payouts ADD COLUMN run_id uuid;
CREATE UNIQUE INDEX payouts_one_of_a_run ON payouts (run_id, store_id, currency) WHERE run_id IS NOT NULL;
