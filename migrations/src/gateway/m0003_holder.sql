-- Who works on a key: only that request gives it back or keeps its answer. Absent in rows of the
-- release before, which may run beside this one.
ALTER TABLE idempotency ADD COLUMN holder uuid;
