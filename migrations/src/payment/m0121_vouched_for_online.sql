DROP INDEX CONCURRENTLY IF EXISTS provider_events_told;
CREATE INDEX CONCURRENTLY provider_events_told ON provider_events (provider) WHERE told IS NOT NULL;
