-- Accounts to which charges are split, each of a PIX key: of the one that the store gave last, and of those before.
CREATE TABLE split_accounts (
    id          uuid PRIMARY KEY,
    store_id    uuid NOT NULL,
    provider    text NOT NULL,
    -- The provider's name of it.
    account     text NOT NULL,
    -- As the provider said last.
    balance     numeric(19,4) NOT NULL,
    currency    char(3) NOT NULL,
    -- When the store gave another key, and when nothing was left of this one.
    retired_at  timestamptz,
    emptied_at  timestamptz CHECK (emptied_at IS NULL OR retired_at IS NOT NULL),
    -- When the job looks what is to leave it, and why nothing did when it looked last.
    withdraw_at timestamptz,
    kept        text CHECK (kept IN ('not_paid', 'new_store', 'other_key', 'owes', 'below_minimum')),
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX split_accounts_of_store ON split_accounts (store_id, provider, account);
CREATE UNIQUE INDEX split_accounts_present ON split_accounts (store_id, provider) WHERE retired_at IS NULL;
CREATE INDEX split_accounts_named ON split_accounts (provider, account);
CREATE INDEX split_accounts_due ON split_accounts (withdraw_at) WHERE withdraw_at IS NOT NULL;

-- All that was in an account goes to its holder's bank; one at a time.
CREATE TABLE account_withdrawals (
    id          uuid PRIMARY KEY,
    account_id  uuid NOT NULL REFERENCES split_accounts (id),
    store_id    uuid NOT NULL,
    -- As much as was there when it was asked for; of one that was made, as much as the provider sent.
    amount      numeric(19,4) NOT NULL CHECK (amount > 0),
    currency    char(3) NOT NULL,
    -- `unknown`: the answer was lost, and the provider does not tell of withdrawals.
    state       text NOT NULL CHECK (state IN ('asked', 'made', 'refused', 'unknown')),
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
