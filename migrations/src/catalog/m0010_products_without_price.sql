-- Such a draft shows none in lists either.
ALTER TABLE products DROP CONSTRAINT products_price_from_check;
ALTER TABLE products ADD CONSTRAINT products_price_from CHECK (price_from >= 0) NOT VALID;
