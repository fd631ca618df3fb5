-- A file may say less than nothing of what is sold on below zero.
ALTER TABLE variants DROP CONSTRAINT variants_imported_quantity_check;
