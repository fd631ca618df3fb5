-- What was asked and answered in an exchange, as far as names that tell no secret and nobody's data go. It is erased
-- after some time, and the exchange stays: its own row is never changed.
CREATE TABLE exchange_texts (
    transaction_id uuid PRIMARY KEY,
    payment_id     uuid NOT NULL,
    request        text NOT NULL CHECK (length(request) <= 4000),
    response       text NOT NULL CHECK (length(response) <= 4000),
    at             timestamptz NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX exchange_texts_by_payment ON exchange_texts (payment_id);
CREATE INDEX exchange_texts_by_age ON exchange_texts (at);
