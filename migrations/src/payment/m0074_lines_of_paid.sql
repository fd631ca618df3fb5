-- Whether the payment of a line was marked as paid before the line told of it. An earlier release beside this one
-- does not write it.
ALTER TABLE statement_lines ADD COLUMN was_paid boolean NOT NULL DEFAULT false;
