-- Without a mail server a message is written to a directory, and not sent. A release before this one
-- cannot show such a row; it neither claims nor changes it. All rows that are there satisfy both rules.
ALTER TABLE notifications
    DROP CONSTRAINT notifications_status_check,
    DROP CONSTRAINT notifications_check2;
ALTER TABLE notifications
    ADD CONSTRAINT notifications_status CHECK (status IN ('pending', 'sent', 'written', 'failed')) NOT VALID,
    ADD CONSTRAINT notifications_sent_at CHECK ((status IN ('sent', 'written')) = (sent_at IS NOT NULL)) NOT VALID;
