-- Payments that a person confirms. The book of their charges, as a provider would keep it: which payments
-- wait for money that she will see at the bank, and what is to be sent back.
CREATE TABLE manual_charges (
    payment_id uuid PRIMARY KEY,
    amount     numeric(19,4) NOT NULL CHECK (amount > 0),
    currency   char(3) NOT NULL,
    -- What the payer has: a PIX code with its txid, or what to do.
    txid       text CONSTRAINT manual_charges_txid UNIQUE,
    br_code    text,
    instructions text,
    state      text NOT NULL CHECK (state IN ('waiting', 'paid', 'cancelled')),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((txid IS NULL) = (br_code IS NULL)),
    CHECK ((br_code IS NULL) <> (instructions IS NULL))
);
CREATE TABLE manual_refunds (
    id         uuid PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES manual_charges (payment_id),
    amount     numeric(19,4) NOT NULL CHECK (amount > 0),
    currency   char(3) NOT NULL,
    state      text NOT NULL CHECK (state IN ('waiting', 'sent')),
    -- Under which it was sent at the bank.
    reference  text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((state = 'sent') = (reference IS NOT NULL))
);
CREATE INDEX manual_refunds_by_payment ON manual_refunds (payment_id);

-- Whoever transfers the money is told how.
ALTER TABLE payments ADD COLUMN instructions text;
ALTER TABLE payments DROP CONSTRAINT payments_method_check;
ALTER TABLE payments ADD CONSTRAINT payments_method CHECK (method IN ('pix', 'card', 'bank_transfer')) NOT VALID;
