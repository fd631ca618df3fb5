ALTER TABLE manual_charges ADD COLUMN to_stores boolean NOT NULL DEFAULT false;
