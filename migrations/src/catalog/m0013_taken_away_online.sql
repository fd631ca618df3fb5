DROP INDEX CONCURRENTLY IF EXISTS variants_sku_live;
CREATE UNIQUE INDEX CONCURRENTLY variants_sku_live ON variants (store_id, sku) WHERE archived_at IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS variants_options_live;
CREATE UNIQUE INDEX CONCURRENTLY variants_options_live ON variants (product_id, options) WHERE archived_at IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS products_category;
CREATE INDEX CONCURRENTLY products_category ON products (category_id);
DROP INDEX CONCURRENTLY IF EXISTS variants_product;
CREATE INDEX CONCURRENTLY variants_product ON variants (product_id);
