-- Whether it was a file that archived the product: only then a later file brings it back.
ALTER TABLE products ADD COLUMN archived_by_import boolean NOT NULL DEFAULT false;
