DROP INDEX CONCURRENTLY IF EXISTS notifications_bodies;
CREATE INDEX CONCURRENTLY notifications_bodies ON notifications (sent_at) WHERE has_body;
