-- Charges by hand that are agreed upon at once, and paid when the goods are handed over.
ALTER TABLE manual_charges ADD COLUMN on_delivery boolean NOT NULL DEFAULT false;
