DROP INDEX CONCURRENTLY IF EXISTS orders_search_text;
CREATE INDEX CONCURRENTLY orders_search_text ON orders
    USING gin (search_text(shipping_address, email) extensions.gin_trgm_ops);
