-- What of a dispute's fee the part's store bears: what a provider gives back of it goes to whoever bore it. An earlier
-- release beside this one does not write it, and its share then counts as the marketplace's.
ALTER TABLE dispute_parts ADD COLUMN fee numeric(19,4) NOT NULL DEFAULT 0;
