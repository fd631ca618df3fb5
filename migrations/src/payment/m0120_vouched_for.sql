-- A notification of which only its provider can say whether it sent it, as it came: until that has said so.
ALTER TABLE provider_events ADD COLUMN told text;
