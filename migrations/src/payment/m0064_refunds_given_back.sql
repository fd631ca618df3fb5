-- Since when a refund waits for somebody to say whether it is what its provider gave back already. An earlier
-- release beside this one neither writes nor reads it, and asks again.
ALTER TABLE refunds ADD COLUMN given_back_at timestamptz;
