-- What is in a store's account, as the provider said last. Only of one to which charges are split.
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
