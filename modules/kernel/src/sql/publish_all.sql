-- Events, in the transaction of their changes: $1 a list of rows.
INSERT INTO outbox_event (id, name, aggregate_id, aggregate_version, payload, occurred_at)
SELECT id, name, aggregate_id, aggregate_version, payload, occurred_at
FROM jsonb_to_recordset($1::jsonb) AS e (id uuid, name text, aggregate_id uuid, aggregate_version bigint,
                                         payload jsonb, occurred_at timestamptz)
