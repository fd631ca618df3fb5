-- Events of another process: $1 rows, $2 where from. Those that are here already stay as they are.
INSERT INTO outbox_event (id, name, aggregate_id, aggregate_version, payload, occurred_at, source)
SELECT id, name, aggregate_id, aggregate_version, payload, occurred_at, $2
FROM jsonb_to_recordset($1) AS e (id uuid, name text, aggregate_id uuid, aggregate_version bigint,
                                  payload jsonb, occurred_at timestamptz)
ON CONFLICT (id) DO NOTHING
