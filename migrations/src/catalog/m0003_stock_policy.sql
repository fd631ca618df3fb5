-- How a variant's units are kept, beside them, where the CHECK can see it: only what is counted is
-- never sold below zero.
ALTER TABLE inventory ADD COLUMN stock_policy text NOT NULL DEFAULT 'counted';
ALTER TABLE inventory ADD CONSTRAINT inventory_stock_policy
    CHECK (stock_policy IN ('counted', 'continue', 'not_counted')) NOT VALID;
ALTER TABLE inventory DROP CONSTRAINT inventory_bounds;
ALTER TABLE inventory ADD CONSTRAINT inventory_bounds
    CHECK (reserved >= 0 AND (stock_policy <> 'counted' OR reserved <= on_hand)) NOT VALID;

-- [{"variant": id, "quantity": n}]: what was not counted when it was asked for, and so has no line.
ALTER TABLE reservations ADD COLUMN uncounted jsonb NOT NULL DEFAULT '[]';
