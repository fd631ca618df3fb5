-- Under which a refund was sent, as payment says. An earlier release beside this one does not write it.
ALTER TABLE refunds ADD COLUMN reference text;
