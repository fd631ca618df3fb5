-- Money taken, given back and paid out, and the ledger that explains every cent of it.

CREATE TABLE payments (
    id             uuid PRIMARY KEY,
    key            uuid NOT NULL CONSTRAINT payments_key UNIQUE,
    reference      uuid NOT NULL,
    attempt        integer NOT NULL CHECK (attempt > 0),
    payer          uuid,
    description    text NOT NULL,
    method         text NOT NULL CHECK (method IN ('pix', 'card')),
    gateway        text NOT NULL,
    amount         numeric(19,4) NOT NULL CHECK (amount > 0),
    currency       char(3) NOT NULL,
    status         text NOT NULL CHECK (status IN ('pending', 'authorized', 'completed', 'failed', 'cancelled',
                                                   'expired', 'partially_refunded', 'refunded', 'disputed')),
    refunded       numeric(19,4) NOT NULL DEFAULT 0 CHECK (refunded BETWEEN 0 AND amount),
    failure        text,
    -- The provider's id of the charge; unknown until it has answered once.
    transaction_id text,
    action_url     text,
    -- Counts published events.
    version        bigint NOT NULL DEFAULT 0,
    -- When to ask the provider next; while a request is on its way nobody else asks.
    next_poll_at   timestamptz,
    polls          integer NOT NULL DEFAULT 0,
    captured_at    timestamptz,
    expires_at     timestamptz NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT payments_attempt UNIQUE (reference, attempt),
    CONSTRAINT payments_transaction UNIQUE (gateway, transaction_id),
    CHECK ((status IN ('completed', 'partially_refunded', 'refunded', 'disputed')) = (captured_at IS NOT NULL)),
    CHECK (status <> 'refunded' OR refunded = amount),
    CHECK (status <> 'partially_refunded' OR (refunded > 0 AND refunded < amount))
);
CREATE UNIQUE INDEX payments_one_live ON payments (reference) WHERE status IN ('pending', 'authorized');
CREATE INDEX payments_due ON payments (next_poll_at) WHERE next_poll_at IS NOT NULL;
CREATE INDEX payments_newest ON payments (created_at DESC, id DESC);

-- A token of the provider's vault, kept only until the outcome is known; never a number.
CREATE TABLE payment_credit_card (
    payment_id   uuid PRIMARY KEY REFERENCES payments (id),
    token        text,
    brand        text,
    last4        text CHECK (last4 ~ '^[0-9]{4}$'),
    instalments  integer NOT NULL DEFAULT 1 CHECK (instalments > 0),
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE payment_pix (
    payment_id uuid PRIMARY KEY REFERENCES payments (id),
    txid       text,
    br_code    text,
    e2eid      text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE payment_splits (
    id                  uuid PRIMARY KEY,
    payment_id          uuid NOT NULL REFERENCES payments (id),
    position            integer NOT NULL,
    store_id            uuid NOT NULL,
    part                uuid NOT NULL,
    amount              numeric(19,4) NOT NULL CHECK (amount >= 0),
    commission          numeric(19,4) NOT NULL,
    earning             numeric(19,4) NOT NULL,
    -- Given back, and on its way back.
    refunded            numeric(19,4) NOT NULL DEFAULT 0 CHECK (refunded >= 0),
    refunding           numeric(19,4) NOT NULL DEFAULT 0 CHECK (refunding >= 0),
    commission_reversed numeric(19,4) NOT NULL DEFAULT 0,
    released_at         timestamptz,
    created_at          timestamptz NOT NULL DEFAULT now(),
    updated_at          timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT payment_splits_part UNIQUE (payment_id, part),
    CONSTRAINT payment_splits_sides CHECK (commission + earning = amount),
    CONSTRAINT payment_splits_bounds CHECK (refunded + refunding <= amount)
);
CREATE INDEX payment_splits_by_part ON payment_splits (part);

CREATE TABLE refunds (
    id              uuid PRIMARY KEY,
    key             uuid NOT NULL CONSTRAINT refunds_key UNIQUE,
    payment_id      uuid NOT NULL REFERENCES payments (id),
    amount          numeric(19,4) NOT NULL CHECK (amount > 0),
    currency        char(3) NOT NULL,
    reason          text NOT NULL,
    status          text NOT NULL CHECK (status IN ('pending', 'completed', 'failed')),
    gateway_id      text,
    next_attempt_at timestamptz,
    attempts        integer NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    CHECK ((status = 'pending') = (next_attempt_at IS NOT NULL))
);
CREATE INDEX refunds_by_payment ON refunds (payment_id);
CREATE INDEX refunds_due ON refunds (next_attempt_at) WHERE status = 'pending';

CREATE TABLE refund_parts (
    refund_id  uuid NOT NULL REFERENCES refunds (id),
    split_id   uuid NOT NULL REFERENCES payment_splits (id),
    amount     numeric(19,4) NOT NULL CHECK (amount > 0),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (refund_id, split_id)
);
CREATE INDEX refund_parts_by_split ON refund_parts (split_id);

-- Notifications of providers, stored before anything else is done with them.
CREATE TABLE provider_events (
    id              uuid PRIMARY KEY,
    provider        text NOT NULL,
    event_id        text NOT NULL,
    kind            text NOT NULL,
    charge_id       text NOT NULL,
    state           text NOT NULL CHECK (state IN ('received', 'applied', 'ignored')),
    reason          text,
    next_attempt_at timestamptz,
    attempts        integer NOT NULL DEFAULT 0,
    received_at     timestamptz NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT provider_events_once UNIQUE (provider, event_id),
    CHECK ((state = 'received') = (next_attempt_at IS NOT NULL))
);
CREATE INDEX provider_events_due ON provider_events (next_attempt_at) WHERE state = 'received';

-- Every exchange with a provider, without secrets. Append-only.
CREATE TABLE transactions (
    id         uuid PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES payments (id),
    kind       text NOT NULL,
    gateway_id text,
    outcome    text NOT NULL,
    at         timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX transactions_by_payment ON transactions (payment_id, id);

-- What somebody should look at: a provider that says something else than was asked. Append-only.
CREATE TABLE payment_logs (
    id         uuid PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES payments (id),
    message    text NOT NULL,
    at         timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX payment_logs_by_payment ON payment_logs (payment_id, id);

CREATE TABLE payouts (
    id         uuid PRIMARY KEY,
    store_id   uuid NOT NULL,
    store_name text NOT NULL,
    amount     numeric(19,4) NOT NULL CHECK (amount > 0),
    currency   char(3) NOT NULL,
    status     text NOT NULL CHECK (status IN ('pending', 'paid', 'failed')),
    reference  text,
    items      integer NOT NULL CHECK (items > 0),
    version    bigint NOT NULL DEFAULT 0,
    paid_at    timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((status = 'paid') = (paid_at IS NOT NULL AND reference IS NOT NULL))
);
CREATE INDEX payouts_newest ON payouts (created_at DESC, id DESC);
CREATE INDEX payouts_by_store ON payouts (store_id, created_at DESC, id DESC);

-- One row per thing that moves money; its entries sum to zero per currency. Append-only.
CREATE TABLE ledger_transactions (
    id         uuid PRIMARY KEY,
    kind       text NOT NULL CHECK (kind IN ('capture', 'release', 'refund', 'payout', 'payout_paid')),
    -- The payment, split, refund or payout that it tells of.
    source_id  uuid NOT NULL,
    at         timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT ledger_transactions_once UNIQUE (kind, source_id)
);

-- Signed: held or owed to us is positive, owed by us is negative. Append-only.
CREATE TABLE ledger_entries (
    id             uuid PRIMARY KEY,
    transaction_id uuid NOT NULL REFERENCES ledger_transactions (id),
    kind           text NOT NULL,
    account        text NOT NULL CHECK (account IN ('provider_clearing', 'seller_pending', 'seller_payable',
                                                    'payout_in_transit', 'platform_commission')),
    store_id       uuid,
    amount         numeric(19,4) NOT NULL CHECK (amount <> 0),
    currency       char(3) NOT NULL,
    payment_id     uuid REFERENCES payments (id),
    split_id       uuid REFERENCES payment_splits (id),
    payout_id      uuid REFERENCES payouts (id),
    at             timestamptz NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    CHECK (store_id IS NOT NULL OR account = 'provider_clearing')
);
CREATE INDEX ledger_entries_by_transaction ON ledger_entries (transaction_id);
CREATE INDEX ledger_entries_by_store ON ledger_entries (store_id, currency, account) INCLUDE (amount, kind);
CREATE INDEX ledger_entries_newest ON ledger_entries (store_id, at DESC, id DESC);
CREATE INDEX ledger_entries_by_payment ON ledger_entries (payment_id);

-- What can be paid out: one row per entry on seller_payable that a release or a refund made;
-- the amount as the store sees it. Claimed by at most one payout; a returned payout opens it again.
CREATE TABLE payout_items (
    entry_id   uuid PRIMARY KEY REFERENCES ledger_entries (id),
    split_id   uuid NOT NULL REFERENCES payment_splits (id),
    store_id   uuid NOT NULL,
    amount     numeric(19,4) NOT NULL CHECK (amount <> 0),
    currency   char(3) NOT NULL,
    payout_id  uuid REFERENCES payouts (id),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX payout_items_open ON payout_items (store_id, currency, entry_id) WHERE payout_id IS NULL;
CREATE INDEX payout_items_by_payout ON payout_items (payout_id) WHERE payout_id IS NOT NULL;
CREATE UNIQUE INDEX payout_items_one_earning ON payout_items (split_id) WHERE amount > 0;

-- Checked at commit, when all entries of a transaction are there.
CREATE FUNCTION ledger_sums_to_zero() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    txn uuid := CASE TG_TABLE_NAME WHEN 'ledger_transactions' THEN NEW.id ELSE (to_jsonb(NEW) ->> 'transaction_id')::uuid END;
BEGIN
    IF (SELECT count(*) < 2 FROM payments.ledger_entries WHERE transaction_id = txn)
       OR EXISTS (SELECT 1 FROM payments.ledger_entries WHERE transaction_id = txn
                  GROUP BY currency HAVING sum(amount) <> 0) THEN
        RAISE EXCEPTION 'ledger transaction % does not sum to zero', txn
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_sums_to_zero';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_transactions_sum AFTER INSERT ON ledger_transactions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_sums_to_zero();
CREATE CONSTRAINT TRIGGER ledger_entries_sum AFTER INSERT ON ledger_entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_sums_to_zero();
