-- What a store owes, billed to it: no payout nets it any more, and the store pays it outside until a day. An earlier
-- release beside this one writes none.
CREATE TABLE debt_invoices (
    id            uuid PRIMARY KEY,
    number        bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    store_id      uuid NOT NULL,
    -- Whom it is made out to, as that was then.
    store_name    text NOT NULL,
    business_name text NOT NULL,
    tax_id        text NOT NULL,
    amount        numeric(19,4) NOT NULL CHECK (amount > 0),
    currency      char(3) NOT NULL,
    -- What of it payouts would have netted before.
    moved         numeric(19,4) NOT NULL CHECK (moved BETWEEN 0 AND amount),
    note          text NOT NULL,
    due_on        date NOT NULL,
    status        text NOT NULL CHECK (status IN ('open', 'paid', 'written_off', 'withdrawn')),
    -- Under which reference it was paid, or why it ended.
    ended_note    text,
    ended_at      timestamptz,
    -- What it ended as in the books.
    settlement_id uuid REFERENCES debt_settlements (id),
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    CHECK ((status = 'open') = (ended_at IS NULL) AND (ended_at IS NULL) = (ended_note IS NULL)),
    CHECK ((status IN ('paid', 'written_off')) = (settlement_id IS NOT NULL))
);
CREATE INDEX debt_invoices_newest ON debt_invoices (created_at DESC, id DESC);
CREATE INDEX debt_invoices_by_store ON debt_invoices (store_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX debt_invoices_settled ON debt_invoices (settlement_id) WHERE settlement_id IS NOT NULL;
