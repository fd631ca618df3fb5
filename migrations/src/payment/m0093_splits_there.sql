-- Parts that a provider pays to a store's own account there when a charge is paid. An earlier release beside this one
-- splits nothing, and captures what was split as if it were not: then the job books the rest.
ALTER TABLE payment_splits ADD COLUMN account text;
-- `asked` until the charge is paid and that is booked; `denied` if the provider says that it split it otherwise.
ALTER TABLE payment_splits ADD COLUMN there text;
ALTER TABLE payment_splits ADD CONSTRAINT payment_splits_there
    CHECK ((account IS NULL) = (there IS NULL) AND there IN ('asked', 'paid', 'denied')) NOT VALID;
