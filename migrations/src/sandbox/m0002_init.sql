-- The simulated payment provider: another party, whose record the marketplace never reads here.

CREATE TABLE charges (
    id              text PRIMARY KEY,
    idempotency_key text NOT NULL CONSTRAINT charges_key UNIQUE,
    method          text NOT NULL CHECK (method IN ('pix', 'card')),
    -- Minor units.
    amount          bigint NOT NULL CHECK (amount > 0),
    currency        char(3) NOT NULL,
    description     text NOT NULL,
    status          text NOT NULL CHECK (status IN ('pending', 'captured', 'declined', 'cancelled')),
    failure         text,
    refunded        bigint NOT NULL DEFAULT 0 CHECK (refunded BETWEEN 0 AND amount),
    txid            text CONSTRAINT charges_txid UNIQUE,
    -- The payer has to confirm it on a page.
    confirms        boolean NOT NULL DEFAULT false,
    -- Captured by itself at this time.
    capture_at      timestamptz,
    captured_at     timestamptz,
    expires_at      timestamptz NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    CHECK ((method = 'pix') = (txid IS NOT NULL)),
    CHECK ((status = 'captured') = (captured_at IS NOT NULL)),
    CHECK ((status = 'declined') = (failure IS NOT NULL)),
    CHECK (refunded = 0 OR status = 'captured')
);
CREATE INDEX charges_delayed ON charges (capture_at) WHERE status = 'pending' AND capture_at IS NOT NULL;

CREATE TABLE refunds (
    id              text PRIMARY KEY,
    idempotency_key text NOT NULL CONSTRAINT refunds_key UNIQUE,
    charge_id       text NOT NULL REFERENCES charges (id),
    amount          bigint NOT NULL CHECK (amount > 0),
    created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX refunds_by_charge ON refunds (charge_id);

-- What the marketplace is told, until it has answered.
CREATE TABLE webhook_events (
    id              text PRIMARY KEY,
    kind            text NOT NULL,
    charge_id       text NOT NULL REFERENCES charges (id),
    attempts        integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz,
    delivered_at    timestamptz,
    last_error      text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX webhook_events_due ON webhook_events (next_attempt_at) WHERE delivered_at IS NULL;
