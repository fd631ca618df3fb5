-- Bank statements: each file that was imported, and the lines that it had before any other.
CREATE TABLE statements (
    id          uuid PRIMARY KEY,
    -- Of the file's bytes: the same file again is the same statement.
    digest      text NOT NULL CONSTRAINT statements_digest UNIQUE,
    format      text NOT NULL CHECK (format IN ('ofx', 'csv')),
    lines       integer NOT NULL CHECK (lines >= 0),
    known       integer NOT NULL CHECK (known BETWEEN 0 AND lines),
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX statements_newest ON statements (created_at, id);
CREATE TABLE statement_lines (
    id           uuid PRIMARY KEY,
    statement_id uuid NOT NULL REFERENCES statements (id),
    -- By which the line is known again in another file.
    key          text NOT NULL CONSTRAINT statement_lines_key UNIQUE,
    number       integer NOT NULL,
    booked_on    date NOT NULL,
    amount       numeric(19,4) NOT NULL CHECK (amount <> 0),
    currency     char(3) NOT NULL,
    text         text NOT NULL,
    state        text NOT NULL CONSTRAINT statement_lines_state
                 CHECK (state IN ('open', 'matching', 'matched', 'ignored', 'out')),
    reason       text CHECK (reason IN ('unknown', 'amount_only', 'several_of_amount', 'other_amount', 'several_named',
                                        'paid_too_late', 'already_paid', 'money_out', 'refund_to_send', 'payout_to_send')),
    payment_id   uuid REFERENCES payments (id),
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    CHECK (state NOT IN ('matching', 'matched') OR (payment_id IS NOT NULL AND amount > 0)),
    CHECK (state NOT IN ('open', 'out') OR reason IS NOT NULL),
    CHECK ((state = 'out') = (amount < 0))
);
-- A payment's money is one line.
CREATE UNIQUE INDEX statement_lines_one_per_payment ON statement_lines (payment_id) WHERE state IN ('matching', 'matched');
CREATE INDEX statement_lines_by_payment ON statement_lines (payment_id) WHERE payment_id IS NOT NULL;
CREATE INDEX statement_lines_by_statement ON statement_lines (statement_id, id);
CREATE INDEX statement_lines_by_number ON statement_lines (statement_id, number);
CREATE INDEX statement_lines_by_state ON statement_lines (state, id);
