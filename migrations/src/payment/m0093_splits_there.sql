-- Parts that a provider pays to a store's own account there when a charge is paid. An earlier release beside this one
-- splits nothing, and captures what was split as if it were not: then the job books the rest.
ALTER TABLE payment_splits ADD COLUMN account text;
-- `asked` until the charge is paid and that is booked; `denied` if it was split otherwise.
ALTER TABLE payment_splits ADD COLUMN there text;
-- Whether the provider takes what goes back of it out of that account, as it was when the charge began.
ALTER TABLE payment_splits ADD COLUMN account_refunds boolean NOT NULL DEFAULT false;
-- What the answer to the making of the charge said of it.
ALTER TABLE payment_splits ADD COLUMN told_there boolean;
-- When the job asks next how it was split, while it is `asked`.
ALTER TABLE payment_splits ADD COLUMN look_at timestamptz;
-- When it was to be released, while it was `asked`: it is, should it turn out that it was not split.
ALTER TABLE payment_splits ADD COLUMN release_asked_at timestamptz;
ALTER TABLE payment_splits ADD CONSTRAINT payment_splits_there
    CHECK ((account IS NULL) = (there IS NULL) AND there IN ('asked', 'paid', 'denied')) NOT VALID;
