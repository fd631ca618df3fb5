-- Refunds that the provider refused, by payment: under which key the next one is asked for.
CREATE TABLE refused_refunds (
    payment_id uuid PRIMARY KEY,
    order_id   uuid NOT NULL REFERENCES orders (id),
    next_key   uuid NOT NULL,
    times      integer NOT NULL DEFAULT 1 CHECK (times > 0),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX refused_refunds_of_order ON refused_refunds (order_id);
