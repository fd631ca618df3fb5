-- schemas: payments
-- A notification that a provider sent is applied or ignored within a week; one that is ignored says why, and none of them waits any more.
SELECT e.id, e.provider, e.kind, e.state, e.received_at, e.attempts
FROM payments.provider_events e
WHERE (e.state = 'received' AND e.created_at < now() - interval '7 days')
   OR (e.state = 'ignored' AND e.reason IS NULL)
