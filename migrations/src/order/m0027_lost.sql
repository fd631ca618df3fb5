-- What disputes that were lost took of a part: payment says it, and it counts as given back. An earlier release
-- beside this one does not write it.
ALTER TABLE store_orders ADD COLUMN lost numeric(19,4) NOT NULL DEFAULT 0;
