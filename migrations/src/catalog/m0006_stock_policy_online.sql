ALTER TABLE inventory VALIDATE CONSTRAINT inventory_stock_policy;
ALTER TABLE inventory VALIDATE CONSTRAINT inventory_bounds;
