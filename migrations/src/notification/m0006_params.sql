-- A message is kept as what it is about, and written when it is sent or looked at. A release before
-- this one cannot read such a row: it fails to send it, and whoever is left sends it after the lease.
ALTER TABLE notifications
    ADD COLUMN params jsonb,
    ALTER COLUMN body_text DROP NOT NULL,
    ALTER COLUMN body_html DROP NOT NULL,
    ALTER COLUMN message_id DROP NOT NULL,
    -- It is made of the id, which is unique.
    DROP CONSTRAINT notifications_message_id;
-- Of the rows that are there the columns themselves have said so: nothing is to be validated, which
-- would read all of them under the lock.
ALTER TABLE notifications ADD CONSTRAINT notifications_written
    CHECK (params IS NOT NULL OR (body_text IS NOT NULL AND body_html IS NOT NULL AND message_id IS NOT NULL)) NOT VALID;
-- Rows are short now: beside the old one there is room for the one that is claimed and the one that
-- is settled.
ALTER TABLE notifications RESET (toast_tuple_target);
ALTER TABLE notifications SET (fillfactor = 60);
