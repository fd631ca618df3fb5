-- A dispute may turn out to be over less, and of a part of it over nothing.
ALTER TABLE dispute_parts
    DROP CONSTRAINT dispute_parts_amount_check,
    ADD CONSTRAINT dispute_parts_amount_check CHECK (amount >= 0) NOT VALID;
