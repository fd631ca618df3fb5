-- Money that comes back without us: a card chargeback, or the special return of a PIX (MED). What belongs to a
-- payment or a split names it without a foreign key, which would lock a table in use; `feira check` asks instead.
CREATE TABLE disputes (
    id               uuid PRIMARY KEY,
    payment_id       uuid NOT NULL,
    gateway          text NOT NULL,
    -- By which the provider knows it, or under which the bank told of one by hand.
    provider_id      text NOT NULL,
    -- Whether a person says what becomes of it, and no provider.
    by_hand          boolean NOT NULL,
    kind             text NOT NULL CHECK (kind IN ('chargeback', 'med')),
    amount           numeric(19,4) NOT NULL CHECK (amount > 0),
    -- As much of it as was there to be kept back; the parts say whose.
    held             numeric(19,4) NOT NULL CHECK (held >= 0 AND held <= amount),
    currency         char(3) NOT NULL,
    state            text NOT NULL CHECK (state IN ('opened', 'evidence_sent', 'won', 'lost')),
    reason           text NOT NULL,
    evidence_due_at  timestamptz,
    -- What the provider took for it, so far as the books know; it may be in another currency.
    fee              numeric(19,4) NOT NULL DEFAULT 0,
    fee_currency     char(3),
    version          bigint NOT NULL DEFAULT 0,
    -- When the provider is asked again; without one, nobody is.
    next_look_at     timestamptz,
    opened_at        timestamptz NOT NULL,
    evidence_sent_at timestamptz,
    closed_at        timestamptz,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT disputes_once UNIQUE (gateway, provider_id),
    CHECK ((state IN ('won', 'lost')) = (closed_at IS NOT NULL)),
    CHECK (next_look_at IS NULL OR closed_at IS NULL),
    CHECK (fee = 0 OR fee_currency IS NOT NULL)
);
CREATE INDEX disputes_newest ON disputes (opened_at DESC, id DESC);
CREATE INDEX disputes_of_state ON disputes (state, opened_at DESC, id DESC);
CREATE INDEX disputes_by_payment ON disputes (payment_id);
CREATE INDEX disputes_due ON disputes (next_look_at) WHERE next_look_at IS NOT NULL;

-- What each split gave, so that one that is won gives back exactly that.
CREATE TABLE dispute_parts (
    dispute_id uuid NOT NULL REFERENCES disputes (id),
    split_id   uuid NOT NULL,
    store_id   uuid NOT NULL,
    part       uuid NOT NULL,
    amount     numeric(19,4) NOT NULL CHECK (amount > 0),
    commission numeric(19,4) NOT NULL,
    earning    numeric(19,4) NOT NULL,
    opened_at  timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (dispute_id, split_id),
    CHECK (commission + earning = amount)
);
CREATE INDEX dispute_parts_by_split ON dispute_parts (split_id);
CREATE INDEX dispute_parts_by_store ON dispute_parts (store_id, opened_at DESC, dispute_id DESC);

-- What each store says to it, and the marketplace, whose id is nil: of each kind a text, a file, or both.
CREATE TABLE dispute_evidence (
    dispute_id uuid NOT NULL REFERENCES disputes (id),
    store_id   uuid NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('explanation', 'product', 'delivery', 'communication', 'receipt',
                                             'signature', 'policy', 'other')),
    text       text,
    file_name  text,
    file_type  text CHECK (file_type IN ('application/pdf', 'image/jpeg', 'image/png')),
    file_size  integer CHECK (file_size BETWEEN 1 AND 5242880),
    file       bytea CHECK (octet_length(file) = file_size),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (dispute_id, store_id, kind),
    CHECK (text IS NOT NULL OR file IS NOT NULL),
    CHECK (num_nulls(file, file_size, file_name, file_type) IN (0, 4))
);
-- Files are compressed already.
ALTER TABLE dispute_evidence ALTER COLUMN file SET STORAGE EXTERNAL;

-- What open disputes keep back of a split, and the marketplace's side of that: no refund may take it, and a
-- release leaves it. An earlier release beside this one cannot give it back, for the bound is the table's.
ALTER TABLE payment_splits
    ADD COLUMN disputed numeric(19,4) NOT NULL DEFAULT 0,
    ADD COLUMN disputed_commission numeric(19,4) NOT NULL DEFAULT 0,
    ADD CONSTRAINT payment_splits_disputed CHECK (
        disputed >= 0 AND refunded + refunding + disputed <= amount) NOT VALID;
