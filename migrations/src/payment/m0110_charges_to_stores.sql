-- What is paid to stores themselves their legs tell, and the charge nothing: only of what the marketplace takes it says
-- how that is paid.
ALTER TABLE manual_charges
    DROP CONSTRAINT manual_charges_check1,
    ADD CONSTRAINT manual_charges_told CHECK (to_stores OR (br_code IS NULL) <> (instructions IS NULL)) NOT VALID;
