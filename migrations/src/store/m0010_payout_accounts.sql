-- Where a store is paid: its newest account. Earlier ones stay, so that it can be told which one a payout
-- went to and who changed it.
CREATE TABLE payout_accounts (
    id          uuid PRIMARY KEY,
    store_id    uuid NOT NULL REFERENCES stores (id),
    version     bigint NOT NULL CHECK (version > 0),
    kind        text NOT NULL CONSTRAINT payout_accounts_kind CHECK (kind IN ('pix', 'bank_account', 'iban', 'provider')),
    destination jsonb NOT NULL CONSTRAINT payout_accounts_destination CHECK (destination ->> 'kind' = kind),
    masked      text NOT NULL CHECK (masked <> ''),
    actor       text NOT NULL,
    changed_at  timestamptz NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT payout_accounts_one_newest UNIQUE (store_id, version)
);
