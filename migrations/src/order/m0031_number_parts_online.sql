-- Orders are found by a part of their number, too.
DROP INDEX CONCURRENTLY IF EXISTS orders_number_parts;
CREATE INDEX CONCURRENTLY orders_number_parts ON orders USING gin (number extensions.gin_trgm_ops);
