-- Who bears a refund: the store, the marketplace, or, of a sale that came to nothing, each side its own part.
ALTER TABLE refunds ADD COLUMN borne_by text;
-- Whether the marketplace keeps its commission, so that the store bears all of it.
ALTER TABLE refunds ADD COLUMN keeps_commission boolean NOT NULL DEFAULT false;
-- When its money came back from the payer's bank.
ALTER TABLE refunds ADD COLUMN returned_at timestamptz;
ALTER TABLE refunds ADD CONSTRAINT refunds_borne_by CHECK (borne_by IN ('store', 'marketplace')) NOT VALID;
ALTER TABLE refunds ADD CONSTRAINT refunds_returned CHECK (returned_at IS NULL OR status = 'failed') NOT VALID;
