-- What the provider took for a charge; nothing while it has not said so.
ALTER TABLE payments ADD COLUMN fee numeric(19,4);
