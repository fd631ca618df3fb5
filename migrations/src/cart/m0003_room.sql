-- A cart is written again with each of its lines: where there is room beside the old row, and no
-- indexed column changes, no index is written.
ALTER TABLE carts SET (fillfactor = 60);
