DROP INDEX CONCURRENTLY IF EXISTS carts_held;
CREATE INDEX CONCURRENTLY carts_held ON carts (id) WHERE status = 'held';
-- A guest's carts that one token opens: those that are held, and the one in which she goes on.
DROP INDEX CONCURRENTLY IF EXISTS carts_of_guest;
CREATE INDEX CONCURRENTLY carts_of_guest ON carts (guest_token_hash)
    WHERE status IN ('open', 'held') AND guest_token_hash IS NOT NULL;
