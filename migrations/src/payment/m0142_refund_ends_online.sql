UPDATE refunds SET next_look_at = '2000-01-01T00:00:00Z'
WHERE status = 'completed' AND created_at > (SELECT max(created_at) FROM refunds) - interval '28 days';
ALTER TABLE refunds VALIDATE CONSTRAINT refunds_withdrawn;
ALTER TABLE manual_refunds VALIDATE CONSTRAINT manual_refunds_state;
ALTER TABLE manual_refunds VALIDATE CONSTRAINT manual_refunds_reference;
DROP INDEX CONCURRENTLY IF EXISTS refunds_watched;
CREATE INDEX CONCURRENTLY refunds_watched ON refunds (next_look_at) WHERE status = 'completed' AND next_look_at IS NOT NULL;
DROP INDEX CONCURRENTLY IF EXISTS refunds_withdrawn_at;
CREATE INDEX CONCURRENTLY refunds_withdrawn_at ON refunds (withdrawn_at) WHERE withdrawn_at IS NOT NULL;
