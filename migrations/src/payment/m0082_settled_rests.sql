-- Of a part that nobody has released, what is payable to its store, or owed by it, all the same: the rest of what went
-- back whole. An earlier release beside this one says of such a part that it is released.
ALTER TABLE payment_splits ADD COLUMN settled numeric(19,4) NOT NULL DEFAULT 0;
