-- Of a payment one dispute has a name at its provider, whether it was told of first or by hand: an earlier release beside
-- this one, which does not know the one by hand again, opens it no second time.
DROP INDEX CONCURRENTLY IF EXISTS disputes_named_once;
CREATE UNIQUE INDEX CONCURRENTLY disputes_named_once ON disputes (payment_id, coalesce(told_as, provider_id));
