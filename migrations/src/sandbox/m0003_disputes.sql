-- Payers who ask their banks for their money back.
CREATE TABLE disputes (
    id              text PRIMARY KEY,
    idempotency_key text NOT NULL CONSTRAINT disputes_key UNIQUE,
    charge_id       text NOT NULL REFERENCES charges (id),
    kind            text NOT NULL CHECK (kind IN ('chargeback', 'med')),
    -- Minor units, as the fee is.
    amount          bigint NOT NULL CHECK (amount > 0),
    fee             bigint NOT NULL CHECK (fee >= 0),
    reason          text NOT NULL,
    status          text NOT NULL CHECK (status IN ('inquiry', 'open', 'answered', 'won', 'lost')),
    evidence        text,
    evidence_due_at timestamptz NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX disputes_by_charge ON disputes (charge_id, id);
