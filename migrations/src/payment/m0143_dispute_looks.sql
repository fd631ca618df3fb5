-- What is told of a dispute has an order: how often something was written of it, so that what was asked for before that is
-- not written over it, and as of when it is, by its provider's clock. One that was won may be taken again; and one that a
-- person ended is looked at until its provider has told an end, too. An earlier release beside this one counts nothing.
ALTER TABLE disputes
    ADD COLUMN looks bigint NOT NULL DEFAULT 0,
    ADD COLUMN told_as_of timestamptz,
    ADD COLUMN reopened_at timestamptz,
    DROP CONSTRAINT disputes_check2;
