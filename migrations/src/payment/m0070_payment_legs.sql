-- The legs of payments that buyers make to the stores themselves: one per split, which the store, or an
-- operator, says was paid or never will be. A payment whose money the marketplace takes has none. A leg names
-- its payment and its split without a foreign key, which would lock a table in use; `feira check` asks instead.
CREATE TABLE payment_legs (
    payment_id uuid NOT NULL,
    position   integer NOT NULL,
    split_id   uuid NOT NULL CONSTRAINT payment_legs_split UNIQUE,
    store_id   uuid NOT NULL,
    part       uuid NOT NULL,
    amount     numeric(19,4) NOT NULL CHECK (amount >= 0),
    currency   char(3) NOT NULL,
    status     text NOT NULL CHECK (status IN ('open', 'paid', 'unpaid')),
    paid_at    timestamptz,
    -- Who said what became of it, and what she wrote beside.
    settled_by text,
    note       text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (payment_id, position),
    CHECK ((status = 'paid') = (paid_at IS NOT NULL))
);
CREATE INDEX payment_legs_by_part ON payment_legs (part);
CREATE INDEX payment_legs_paid ON payment_legs (paid_at) WHERE paid_at IS NOT NULL;
