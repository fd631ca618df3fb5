-- Empties the bodies of messages that were sent, or written, before $1; $2 now, $3 how many at most.
UPDATE notifications SET body_text = '', body_html = '', has_body = false, updated_at = $2
WHERE id = ANY (ARRAY(
    SELECT id FROM notifications WHERE has_body AND sent_at < $1
    ORDER BY sent_at LIMIT $3 FOR UPDATE SKIP LOCKED))
  AND sent_at IS NOT NULL
