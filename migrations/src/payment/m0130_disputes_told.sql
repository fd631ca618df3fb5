-- Of a dispute of which a provider tells: whether it names no amount, so that it takes what has not gone back
-- otherwise; its name for one that a person had opened by the bank's; and since when it tells of it no longer, or
-- what cannot be. One may turn out to be over nothing.
ALTER TABLE disputes
    ADD COLUMN of_rest boolean NOT NULL DEFAULT false,
    ADD COLUMN told_as text,
    ADD COLUMN untold_since timestamptz,
    DROP CONSTRAINT disputes_amount_check,
    ADD CONSTRAINT disputes_amount_check CHECK (amount >= 0) NOT VALID;
