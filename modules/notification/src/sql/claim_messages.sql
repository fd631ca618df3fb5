-- Leases messages that are due, or further ahead than any retry, which a clock put there that has
-- gone back since: $1 now, $2 how many at most, $3 seconds of the lease, $4 later than any retry, $5 pending.
-- Its commit need not wait for the disk.
-- Scans what is pending: a bounded part of it is due.
UPDATE notifications n SET attempts = n.attempts + 1, updated_at = $1, lease_until = now() + make_interval(secs => $3)
WHERE n.id = ANY (ARRAY(
    SELECT id FROM notifications
    WHERE status = 'pending' AND (next_attempt_at <= $1 OR next_attempt_at > $4)
      AND (lease_until IS NULL OR lease_until < now()
           OR lease_until > now() + make_interval(secs => 2 * $3))
    ORDER BY next_attempt_at, id LIMIT $2 FOR UPDATE SKIP LOCKED))
  AND n.status = $5 AND set_config('synchronous_commit', 'off', true) = 'off'
RETURNING n.id, n.attempts, n.attempts_before, n.event_id, n.kind, n.params, n.locale, n.user_id, n.recipient,
          n.recipient_name, n.subject, n.body_text, n.body_html, n.message_id, n.created_at
