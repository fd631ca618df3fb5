-- Of the commission at the split's ratio, what the marketplace kept of this part.
ALTER TABLE refund_parts ADD COLUMN commission_kept numeric(19,4) NOT NULL DEFAULT 0;
ALTER TABLE refund_parts ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now();
