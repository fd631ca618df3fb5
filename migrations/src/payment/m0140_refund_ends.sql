-- How refunds end beside being made: a person says that one will not be sent, or that one came back; one that was told
-- of is looked up; and whether one came back is asked each day for some time. An earlier release beside this one
-- neither writes nor reads any of it: what it completes is looked at once this one runs, as is what was made lately.
ALTER TABLE refunds ADD COLUMN withdrawn_at timestamptz;
ALTER TABLE refunds ADD COLUMN told_id text;
ALTER TABLE refunds ADD COLUMN next_look_at timestamptz;
ALTER TABLE refunds ALTER COLUMN next_look_at SET DEFAULT '2000-01-01T00:00:00Z';
ALTER TABLE refunds ADD COLUMN look_until timestamptz;
ALTER TABLE refunds ADD CONSTRAINT refunds_withdrawn CHECK (withdrawn_at IS NULL OR status = 'failed') NOT VALID;
