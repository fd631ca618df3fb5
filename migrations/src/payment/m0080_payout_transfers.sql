-- Accounts that stores have at providers, as they were told last, and payouts that a provider transfers there. An
-- earlier release beside this one makes and reads none of them.
CREATE TABLE store_accounts (
    id              uuid PRIMARY KEY,
    store_id        uuid NOT NULL,
    provider        text NOT NULL,
    -- The provider's name of it, once it is known that it was opened.
    account         text,
    submitted       boolean NOT NULL DEFAULT false,
    takes_transfers boolean NOT NULL DEFAULT false,
    pays_out        boolean NOT NULL DEFAULT false,
    -- What its holder has yet to give, in the provider's words.
    missing         jsonb NOT NULL DEFAULT '[]',
    disabled_reason text,
    looked_at       timestamptz,
    next_look_at    timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT store_accounts_once UNIQUE (store_id, provider),
    CHECK (account IS NOT NULL OR NOT (takes_transfers OR pays_out))
);
CREATE UNIQUE INDEX store_accounts_there ON store_accounts (provider, account) WHERE account IS NOT NULL;
CREATE INDEX store_accounts_due ON store_accounts (next_look_at) WHERE next_look_at IS NOT NULL;

-- By which provider a payout is transferred; of others a person pays.
ALTER TABLE payouts ADD COLUMN provider text;

CREATE TABLE payout_transfers (
    payout_id       uuid PRIMARY KEY REFERENCES payouts (id),
    store_id        uuid NOT NULL,
    provider        text NOT NULL,
    account         text NOT NULL,
    amount          numeric(19,4) NOT NULL CHECK (amount > 0),
    currency        char(3) NOT NULL,
    -- What is asked is asked again under the same key until its outcome is known; what waits moved nothing.
    state           text NOT NULL CHECK (state IN ('waiting', 'asked', 'made', 'given_up')),
    transfer_id     text,
    refusals        integer NOT NULL DEFAULT 0,
    attempts        integer NOT NULL DEFAULT 0,
    trouble         text CHECK (trouble IN ('short', 'account_closed', 'refused', 'unknown', 'settings')),
    told            text,
    next_attempt_at timestamptz,
    reversed        numeric(19,4) NOT NULL DEFAULT 0 CHECK (reversed >= 0 AND reversed <= amount),
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    CHECK ((state = 'made') = (transfer_id IS NOT NULL)),
    CHECK ((state IN ('waiting', 'asked')) = (next_attempt_at IS NOT NULL)),
    CHECK (reversed = 0 OR state = 'made')
);
CREATE UNIQUE INDEX payout_transfers_there ON payout_transfers (provider, transfer_id) WHERE transfer_id IS NOT NULL;
CREATE INDEX payout_transfers_of_provider ON payout_transfers (provider);
CREATE INDEX payout_transfers_due ON payout_transfers (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX payout_transfers_waiting ON payout_transfers (provider, account) WHERE state = 'waiting';
CREATE INDEX payout_transfers_left ON payout_transfers (store_id, currency, created_at DESC)
    WHERE state = 'made' AND reversed < amount;

-- What of a transfer is taken back; one at a time.
CREATE TABLE transfer_reversals (
    id              uuid PRIMARY KEY,
    payout_id       uuid NOT NULL REFERENCES payout_transfers (payout_id),
    store_id        uuid NOT NULL,
    provider        text NOT NULL,
    transfer_id     text NOT NULL,
    amount          numeric(19,4) NOT NULL CHECK (amount > 0),
    currency        char(3) NOT NULL,
    state           text NOT NULL CHECK (state IN ('asked', 'made', 'refused')),
    -- The provider's name of it, or why it refused.
    reversal_id     text,
    refused_why     text,
    attempts        integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz,
    ended_at        timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    CHECK ((state = 'asked') = (next_attempt_at IS NOT NULL)),
    CHECK ((state = 'asked') = (ended_at IS NULL)),
    CHECK ((state = 'made') = (reversal_id IS NOT NULL)),
    CHECK ((state = 'refused') = (refused_why IS NOT NULL))
);
CREATE UNIQUE INDEX transfer_reversals_open ON transfer_reversals (payout_id) WHERE state = 'asked';
CREATE INDEX transfer_reversals_of_payout ON transfer_reversals (payout_id, created_at);
CREATE INDEX transfer_reversals_of_store ON transfer_reversals (store_id, currency) WHERE state = 'asked';
CREATE INDEX transfer_reversals_due ON transfer_reversals (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
