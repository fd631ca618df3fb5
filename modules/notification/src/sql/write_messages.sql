-- Writes the messages of one event, once: $1 consumer, $2 event, $3 now; then one array per column:
-- $4 ids, $5 kinds, $6 locales, $7 accounts (empty for none), $8 addresses, $9 names, $10 subjects,
-- $11 texts, $12 HTML, $13 dedupe keys, $14 Message-IDs.
WITH first AS (
    INSERT INTO inbox (consumer, event_id) VALUES ($1, $2)
    ON CONFLICT DO NOTHING RETURNING true)
INSERT INTO notifications (id, kind, locale, user_id, recipient, recipient_name, subject,
       body_text, body_html, dedupe_key, message_id, event_id, next_attempt_at, created_at, updated_at)
SELECT id, kind, locale, NULLIF(user_id, '')::uuid, recipient, recipient_name, subject,
       body_text, body_html, dedupe_key, message_id, $2, $3, $3, $3
FROM unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
            $11::text[], $12::text[], $13::text[], $14::text[])
     AS m (id, kind, locale, user_id, recipient, recipient_name, subject,
           body_text, body_html, dedupe_key, message_id)
WHERE EXISTS (SELECT 1 FROM first)
ORDER BY dedupe_key
ON CONFLICT (dedupe_key) DO NOTHING
