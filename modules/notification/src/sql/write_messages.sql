-- Writes the messages of events, each event's once: $1 consumers and $2 the events that they heard;
-- $3 now; then one array per column of the messages: $4 ids, $5 consumers, $6 events, $7 kinds,
-- $8 parameters, $9 locales, $10 accounts (empty for none), $11 addresses, $12 names, $13 subjects,
-- $14 dedupe keys, $15 states, $16 why it is not sent (empty for what is).
-- Tells which it wrote. Its commit need not wait for the disk.
WITH first AS (
    INSERT INTO inbox (consumer, event_id)
    SELECT consumer, event FROM unnest($1::text[], $2::uuid[]) AS h (consumer, event)
    WHERE set_config('synchronous_commit', 'off', true) = 'off'
    ORDER BY consumer, event
    ON CONFLICT DO NOTHING RETURNING consumer, event_id)
INSERT INTO notifications (id, kind, params, locale, user_id, recipient, recipient_name, subject,
       has_body, dedupe_key, event_id, status, last_error, next_attempt_at, created_at, updated_at)
SELECT m.id, m.kind, m.params, m.locale, NULLIF(m.user_id, '')::uuid, m.recipient, m.recipient_name, m.subject,
       false, m.dedupe_key, m.event_id, m.status, NULLIF(m.error, ''), $3, $3, $3
FROM unnest($4::uuid[], $5::text[], $6::uuid[], $7::text[], $8::jsonb[], $9::text[], $10::text[],
            $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[])
     AS m (id, consumer, event_id, kind, params, locale, user_id, recipient, recipient_name, subject, dedupe_key,
           status, error)
JOIN first ON first.consumer = m.consumer AND first.event_id = m.event_id
ORDER BY m.dedupe_key
ON CONFLICT (dedupe_key) DO NOTHING
RETURNING id
