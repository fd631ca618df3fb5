-- Marks messages and logs their failed attempts, one array per column: $1 ids, $2 attempts, $3 new states,
-- $4 words of the log, $5 errors (empty for none), $6 next attempts, $7 ids of the log's rows;
-- $8 now, $9 pending. A message that was claimed again since, or is no longer pending, is left alone.
-- Its commit need not wait for the disk.
WITH tried AS (
    SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[],
                         $6::timestamptz[], $7::uuid[])
             AS t (id, attempt, status, log, error, next_attempt_at, log_id)),
marked AS (
    UPDATE notifications n
    SET status = t.status, last_error = NULLIF(t.error, ''), lease_until = NULL,
        next_attempt_at = t.next_attempt_at, updated_at = $8,
        sent_at = CASE WHEN t.status IN ('sent', 'written') THEN $8::timestamptz END
    FROM tried t
    WHERE n.id = t.id AND n.attempts = t.attempt AND n.status = $9
      AND set_config('synchronous_commit', 'off', true) = 'off'
    RETURNING n.id)
INSERT INTO notification_logs (id, notification_id, attempt, status, error_message, logged_at)
SELECT t.log_id, t.id, t.attempt, t.log, NULLIF(t.error, ''), $8
FROM tried t JOIN marked ON marked.id = t.id
WHERE t.log <> 'sent'
