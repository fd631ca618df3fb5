-- Parts that a provider pays to a store's own account there when a charge is paid, and what stores took out of such
-- accounts. An earlier release beside this one splits nothing, and captures what was split as if it were not: then
-- the job books the rest.
ALTER TABLE payment_splits ADD COLUMN account text;
-- `asked` until the charge is paid and that is booked; `denied` if the provider says that it split it otherwise.
ALTER TABLE payment_splits ADD COLUMN there text;
ALTER TABLE payment_splits ADD CONSTRAINT payment_splits_there
    CHECK ((account IS NULL) = (there IS NULL) AND there IN ('asked', 'paid', 'denied')) NOT VALID;

-- What is in it, as the provider said last. Only of one to which charges are split.
ALTER TABLE store_accounts ADD COLUMN balance numeric(19,4);

-- All that was in an account goes to its holder's bank; one at a time.
CREATE TABLE account_withdrawals (
    id          uuid PRIMARY KEY,
    account_id  uuid NOT NULL REFERENCES store_accounts (id),
    store_id    uuid NOT NULL,
    -- As much as was there when it was asked for; of one that was made, as much as the provider sent.
    amount      numeric(19,4) NOT NULL CHECK (amount > 0),
    currency    char(3) NOT NULL,
    state       text NOT NULL CHECK (state IN ('asked', 'made', 'refused')),
    reference   text,
    refused_why text,
    ended_at    timestamptz,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CHECK ((state = 'asked') = (ended_at IS NULL)),
    CHECK ((state = 'refused') = (refused_why IS NOT NULL))
);
CREATE UNIQUE INDEX account_withdrawals_open ON account_withdrawals (account_id) WHERE state = 'asked';
CREATE INDEX account_withdrawals_newest ON account_withdrawals (account_id, created_at DESC);

-- One kind of transaction more, beside all that the constraint has by now.
DO $$
DECLARE
    now_is text := (SELECT pg_get_constraintdef(oid) FROM pg_constraint
                    WHERE conname = 'ledger_transactions_kind' AND conrelid = 'payments.ledger_transactions'::regclass);
BEGIN
    ALTER TABLE payments.ledger_transactions DROP CONSTRAINT ledger_transactions_kind;
    EXECUTE 'ALTER TABLE payments.ledger_transactions ADD CONSTRAINT ledger_transactions_kind '
            || replace(replace(now_is, 'ARRAY[', 'ARRAY[''split_paid''::text, '), ' NOT VALID', '') || ' NOT VALID';
END $$;
