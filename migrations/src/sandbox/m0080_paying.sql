-- Accounts of the marketplace's stores, opened once per idempotency key, and what is transferred to them: each
-- payout once, and what came back of it.
CREATE TABLE accounts (
    id              text PRIMARY KEY,
    idempotency_key text NOT NULL CONSTRAINT accounts_key UNIQUE,
    store           text NOT NULL,
    name            text NOT NULL,
    -- Whether its holder has given all that is asked, and whether it takes money now.
    submitted       boolean NOT NULL DEFAULT false,
    open            boolean NOT NULL DEFAULT false,
    -- Where its holder goes from the page.
    back            text,
    -- What its holder took, in minor units.
    withdrawn       bigint NOT NULL DEFAULT 0 CHECK (withdrawn >= 0),
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    CHECK (NOT open OR submitted)
);

CREATE TABLE transfers (
    id         text PRIMARY KEY,
    payout     text NOT NULL CONSTRAINT transfers_payout UNIQUE,
    account_id text NOT NULL REFERENCES accounts (id),
    amount     bigint NOT NULL CHECK (amount > 0),
    currency   char(3) NOT NULL,
    reversed   bigint NOT NULL DEFAULT 0 CHECK (reversed BETWEEN 0 AND amount),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX transfers_by_account ON transfers (account_id);

CREATE TABLE reversals (
    id              text PRIMARY KEY,
    idempotency_key text NOT NULL CONSTRAINT reversals_key UNIQUE,
    transfer_id     text NOT NULL REFERENCES transfers (id),
    amount          bigint NOT NULL CHECK (amount > 0),
    created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX reversals_by_transfer ON reversals (transfer_id);

-- The marketplace is told of accounts as well.
ALTER TABLE webhook_events DROP CONSTRAINT webhook_events_charge_id_fkey;
