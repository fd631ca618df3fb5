-- When its owner's telephone was last changed, which buyers pay to in a chat: NULL where it is the first one.
ALTER TABLE store_owners ADD COLUMN phone_changed_at timestamptz;
