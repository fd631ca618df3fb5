-- Whoever changes one of these names the version that she saw.
ALTER TABLE shipping_methods ADD COLUMN version bigint NOT NULL DEFAULT 1;
