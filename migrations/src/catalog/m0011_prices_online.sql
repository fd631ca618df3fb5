ALTER TABLE variants VALIDATE CONSTRAINT variants_price;
ALTER TABLE products VALIDATE CONSTRAINT products_price_from;
