-- Whoever changes a rule names the version that she saw. One that has an end counts no more after it.
ALTER TABLE commission_rules ADD COLUMN version bigint NOT NULL DEFAULT 1, ADD COLUMN ends_at timestamptz;
