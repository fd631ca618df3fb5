-- What is given back of an order, beside its cancel: asked of payment under the row's id.
CREATE TABLE refunds (
    id         uuid PRIMARY KEY,
    order_id   uuid NOT NULL REFERENCES orders (id),
    payment_id uuid NOT NULL,
    amount     numeric(19,4) NOT NULL CHECK (amount > 0),
    currency   char(3) NOT NULL,
    borne_by   text NOT NULL CHECK (borne_by IN ('store', 'marketplace')),
    reason     text NOT NULL,
    note       text,
    -- Who asked for it, as the history names her, and whether as an operator.
    actor      text NOT NULL,
    by_operator boolean NOT NULL,
    state      text NOT NULL CHECK (state IN ('requested', 'asked', 'completed', 'failed')),
    -- Of a failed one: why, as a code.
    failure    text,
    -- At payment, once that is known.
    refund_id  uuid,
    due_at     timestamptz,
    tries      integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((state IN ('requested', 'asked')) = (due_at IS NOT NULL)),
    CHECK ((state = 'failed') = (failure IS NOT NULL))
);
CREATE INDEX refunds_of_order ON refunds (order_id, id);
CREATE INDEX refunds_due ON refunds (due_at) WHERE due_at IS NOT NULL;
-- How much of each store order.
CREATE TABLE refund_parts (
    refund_id      uuid NOT NULL REFERENCES refunds (id),
    store_order_id uuid NOT NULL REFERENCES store_orders (id),
    amount         numeric(19,4) NOT NULL CHECK (amount > 0),
    created_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (refund_id, store_order_id)
);
CREATE INDEX refund_parts_of_store_order ON refund_parts (store_order_id);
