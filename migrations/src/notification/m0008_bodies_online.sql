DROP INDEX CONCURRENTLY IF EXISTS notifications_bodies;
CREATE INDEX CONCURRENTLY notifications_bodies ON notifications (sent_at) WHERE has_body;
-- Where there was no mail server: what an operator looks for who has set one up.
DROP INDEX CONCURRENTLY IF EXISTS notifications_written;
CREATE INDEX CONCURRENTLY notifications_written ON notifications (id DESC) WHERE status = 'written';
