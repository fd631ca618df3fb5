-- Some pages of rows: whether the database has room.
INSERT INTO inbox (consumer, event_id)
SELECT 'room', gen_random_uuid() FROM generate_series(1, 500)
