-- Whether a refund holds what it will take of stores. An earlier release beside this one neither writes nor reads
-- it: what it begins or ends is seen to by the job for refunds.
ALTER TABLE refunds ADD COLUMN holds boolean;
