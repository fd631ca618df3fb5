-- For a schema that was restored into another cluster, which counts its transactions anew: by the old
-- numbers, events of before would be hidden from readers and new ones would sort below what was read.
-- Everything that is kept is given out once more; the inbox, counted as young, knows what was taken.
UPDATE outbox_event SET transaction_id = 0;
UPDATE outbox_reader SET transaction_id = 0, event_id = '00000000-0000-0000-0000-000000000000';
DELETE FROM outbox_cursor;
UPDATE inbox SET created_at = DEFAULT;
