-- What is archived holds neither its SKU nor its options. The names stay, by which a clash is known.
ALTER TABLE variants DROP CONSTRAINT variants_sku, DROP CONSTRAINT variants_options;
ALTER INDEX variants_sku_live RENAME TO variants_sku;
ALTER INDEX variants_options_live RENAME TO variants_options;
