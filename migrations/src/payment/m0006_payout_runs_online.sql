DROP INDEX CONCURRENTLY IF EXISTS payouts_one_of_a_run;
CREATE UNIQUE INDEX CONCURRENTLY payouts_one_of_a_run ON payouts (run_id, store_id, currency) WHERE run_id IS NOT NULL;
