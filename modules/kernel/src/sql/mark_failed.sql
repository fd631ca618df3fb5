-- Deliveries that were not taken: $1 a list of them, with their next state and why; $2 pending.
-- Its commit need not wait for the disk.
WITH failed AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS f (
        event uuid, subscriber text, attempts integer, state text, next_attempt_at timestamptz, error text)
)
UPDATE outbox_delivery d
SET state = f.state, next_attempt_at = f.next_attempt_at, lease_until = NULL, last_error = f.error
FROM failed f
WHERE d.event_id = ANY (ARRAY(SELECT event FROM failed)) AND d.event_id = f.event AND d.subscriber = f.subscriber
  AND d.state = $2 AND d.attempts = f.attempts
  AND set_config('synchronous_commit', 'off', true) = 'off'
