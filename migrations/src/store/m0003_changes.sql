-- Whoever changes one of these names the version that she saw. A rule that has an end counts no more
-- after it.
ALTER TABLE shipping_methods ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE commission_rules ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE commission_rules ADD COLUMN ends_at timestamptz;
