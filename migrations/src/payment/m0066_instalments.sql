-- A card that is not paid at once: in how many instalments, what its payer pays in all as far as that is known, who
-- bears the interest, and as much of the provider's fee as is interest. Nothing of all others, which an earlier
-- release beside this one goes on writing.
ALTER TABLE payments
    ADD COLUMN card_instalments smallint,
    ADD COLUMN instalments_total numeric(19,4),
    ADD COLUMN interest_borne_by text,
    ADD COLUMN financing_fee numeric(19,4);
