-- Cards that the marketplace's customers keep: added once per idempotency key, confirmed by their holders.
CREATE TABLE setups (
    id              text PRIMARY KEY,
    idempotency_key text NOT NULL CONSTRAINT setups_key UNIQUE,
    customer        text NOT NULL,
    client_secret   text NOT NULL CONSTRAINT setups_secret UNIQUE,
    -- The test card, once it is confirmed, and the name under which it is charged.
    token           text,
    card            text CONSTRAINT setups_card UNIQUE,
    expiry_month    integer CHECK (expiry_month BETWEEN 1 AND 12),
    expiry_year     integer,
    forgotten_at    timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    CHECK ((card IS NULL) = (token IS NULL)),
    CHECK (card IS NULL OR (expiry_month IS NOT NULL AND expiry_year IS NOT NULL))
);
