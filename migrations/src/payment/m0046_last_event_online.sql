-- When a provider told of something the last time.
DROP INDEX CONCURRENTLY IF EXISTS provider_events_newest;
CREATE INDEX CONCURRENTLY provider_events_newest ON provider_events (provider, received_at DESC);
