-- What operators note down of a payment, and how often it was changed. An earlier release beside this one neither
-- writes nor reads them.
ALTER TABLE payments ADD COLUMN notes text CHECK (length(notes) BETWEEN 1 AND 2000);
ALTER TABLE payments ADD COLUMN notes_version bigint NOT NULL DEFAULT 0;
