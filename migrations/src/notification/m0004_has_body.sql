-- The same rule, told from the body's length, which is known without fetching and unpacking it:
-- it is looked at each time a message is claimed or settled.
ALTER TABLE notifications DROP CONSTRAINT notifications_check;
ALTER TABLE notifications ADD CONSTRAINT notifications_has_body
    CHECK (has_body = (octet_length(body_text) > 0)) NOT VALID;
ALTER TABLE notifications VALIDATE CONSTRAINT notifications_has_body;
