-- The checkout $1 waits for the outcome of its attempt $2, at $3, and is due at $4; $5 is the list of
-- events. Nothing is written if it is at another attempt, or not paying any more.
-- Its commit need not wait for the disk.
WITH waiting AS (
    UPDATE checkouts SET state = 'awaiting', due_at = $4, tries = 0, version = version + 1, updated_at = $3
    WHERE id = $1 AND attempt = $2 AND state = 'paying'
      AND set_config('synchronous_commit', 'off', true) = 'off'
    RETURNING id
), told AS (
    INSERT INTO outbox_event (id, name, aggregate_id, aggregate_version, payload, occurred_at)
    SELECT e.id, e.name, e.aggregate_id, e.aggregate_version, e.payload, e.occurred_at
    FROM waiting, jsonb_to_recordset($5::jsonb) AS e (
        id uuid, name text, aggregate_id uuid, aggregate_version bigint, payload jsonb, occurred_at timestamptz)
)
SELECT id FROM waiting
