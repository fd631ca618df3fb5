-- What of it the part's store bears.
ALTER TABLE payment_splits ADD COLUMN fee numeric(19,4) NOT NULL DEFAULT 0;
