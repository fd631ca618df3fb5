-- Of a part that the provider took out of the store's account there: the store's share, whoever bears the refund.
ALTER TABLE refund_parts ADD COLUMN taken_there numeric(19,4) NOT NULL DEFAULT 0;
