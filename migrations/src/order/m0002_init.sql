-- Orders, their parts per store, and the state of every checkout.

CREATE FUNCTION money(amount numeric, currency text) RETURNS json
    -- Not declared better than its body is, or it would be called instead of inlined.
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN json_build_object('amount', amount::text, 'currency', currency);

CREATE TABLE orders (
    id               uuid PRIMARY KEY,
    number           text NOT NULL,
    user_id          uuid,
    guest_token_hash text,
    email            text NOT NULL,
    locale           text NOT NULL,
    cart_id          uuid NOT NULL,
    status           text NOT NULL CHECK (status IN (
                         'pending', 'confirmed', 'partially_shipped', 'shipped', 'partially_delivered',
                         'delivered', 'completed', 'cancelled', 'refunded')),
    currency         char(3) NOT NULL,
    subtotal         numeric(19,4) NOT NULL CHECK (subtotal >= 0),
    discount         numeric(19,4) NOT NULL CHECK (discount >= 0),
    shipping         numeric(19,4) NOT NULL CHECK (shipping >= 0),
    tax              numeric(19,4) NOT NULL CHECK (tax >= 0),
    total            numeric(19,4) NOT NULL CHECK (total >= 0),
    shipping_address jsonb NOT NULL,
    billing_address  jsonb NOT NULL,
    placed_at        timestamptz NOT NULL,
    expires_at       timestamptz NOT NULL,
    version          bigint NOT NULL CHECK (version > 0),
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT orders_number UNIQUE (number),
    CONSTRAINT orders_one_buyer CHECK ((user_id IS NULL) <> (guest_token_hash IS NULL)),
    CONSTRAINT orders_total CHECK (total = subtotal - discount + shipping + tax)
);
-- However many keys and devices: a cart becomes at most one order that lives.
CREATE UNIQUE INDEX orders_one_live_per_cart ON orders (cart_id) WHERE status <> 'cancelled';
CREATE INDEX orders_of_user ON orders (user_id, id DESC) WHERE user_id IS NOT NULL;
CREATE INDEX orders_by_status ON orders (status, id DESC);

CREATE TABLE store_orders (
    id                    uuid PRIMARY KEY,
    order_id              uuid NOT NULL REFERENCES orders (id),
    position              integer NOT NULL CHECK (position > 0),
    number                text NOT NULL,
    store_id              uuid NOT NULL,
    store_name            text NOT NULL,
    fulfilment            text NOT NULL CHECK (fulfilment IN (
                              'pending', 'accepted', 'packed', 'shipped', 'delivered', 'returned', 'cancelled')),
    settlement            text NOT NULL CHECK (settlement IN (
                              'unpaid', 'paid', 'partially_refunded', 'refunded')),
    currency              char(3) NOT NULL,
    subtotal              numeric(19,4) NOT NULL CHECK (subtotal >= 0),
    discount              numeric(19,4) NOT NULL CHECK (discount >= 0),
    shipping              numeric(19,4) NOT NULL CHECK (shipping >= 0),
    tax                   numeric(19,4) NOT NULL CHECK (tax >= 0),
    total                 numeric(19,4) NOT NULL CHECK (total >= 0),
    commission            numeric(19,4) NOT NULL CHECK (commission >= 0),
    earning               numeric(19,4) NOT NULL CHECK (earning >= 0),
    shipping_method_id    uuid NOT NULL,
    shipping_method       text NOT NULL,
    placed_at             timestamptz NOT NULL,
    paid_at               timestamptz,
    return_window_ends_at timestamptz,
    completed_at          timestamptz,
    version               bigint NOT NULL CHECK (version > 0),
    created_at            timestamptz NOT NULL DEFAULT now(),
    updated_at            timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT store_orders_number UNIQUE (number),
    CONSTRAINT store_orders_one_per_store UNIQUE (order_id, store_id),
    CONSTRAINT store_orders_total CHECK (total = subtotal - discount + shipping + tax),
    CONSTRAINT store_orders_earning CHECK (commission + earning = total)
);
CREATE INDEX store_orders_of_store ON store_orders (store_id, id DESC);
CREATE INDEX store_orders_to_ship ON store_orders (store_id, id DESC)
    WHERE fulfilment IN ('pending', 'accepted', 'packed') AND settlement IN ('paid', 'partially_refunded');
CREATE INDEX store_orders_unpaid ON store_orders (store_id, id DESC)
    WHERE settlement = 'unpaid' AND fulfilment <> 'cancelled';
CREATE INDEX store_orders_paid ON store_orders (store_id, paid_at) WHERE paid_at IS NOT NULL;
CREATE INDEX store_orders_to_complete ON store_orders (return_window_ends_at)
    WHERE fulfilment = 'delivered' AND completed_at IS NULL;

-- Copies of what was offered; never changed.
CREATE TABLE order_items (
    id               uuid PRIMARY KEY,
    store_order_id   uuid NOT NULL REFERENCES store_orders (id),
    position         integer NOT NULL CHECK (position > 0),
    store_id         uuid NOT NULL,
    variant_id       uuid NOT NULL,
    product_id       uuid NOT NULL,
    title            text NOT NULL,
    sku              text NOT NULL,
    options          jsonb NOT NULL,
    image            jsonb,
    currency         char(3) NOT NULL,
    quantity         integer NOT NULL CHECK (quantity > 0),
    unit_price       numeric(19,4) NOT NULL CHECK (unit_price >= 0),
    discount         numeric(19,4) NOT NULL CHECK (discount >= 0),
    tax              numeric(19,4) NOT NULL CHECK (tax >= 0),
    total            numeric(19,4) NOT NULL CHECK (total >= 0),
    commission_rule  uuid NOT NULL,
    commission_rate  numeric(9,6),
    commission_base  numeric(19,4) NOT NULL CHECK (commission_base >= 0),
    commission       numeric(19,4) NOT NULL CHECK (commission >= 0),
    created_at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT order_items_position UNIQUE (store_order_id, position),
    CONSTRAINT order_items_total CHECK (total = unit_price * quantity - discount + tax)
);
CREATE INDEX order_items_of_variant ON order_items (variant_id);

CREATE TABLE order_status_history (
    seq            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id       uuid NOT NULL REFERENCES orders (id),
    store_order_id uuid REFERENCES store_orders (id),
    axis           text NOT NULL CHECK (axis IN ('status', 'fulfilment', 'settlement', 'completion')),
    from_state     text,
    to_state       text NOT NULL,
    actor          text NOT NULL,
    reason         text,
    at             timestamptz NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    CHECK ((axis = 'status') = (store_order_id IS NULL)),
    CHECK (from_state IS DISTINCT FROM to_state)
);
CREATE INDEX order_status_history_of_order ON order_status_history (order_id, seq);

CREATE TABLE shipments (
    id              uuid PRIMARY KEY,
    store_order_id  uuid NOT NULL REFERENCES store_orders (id),
    carrier         text NOT NULL,
    tracking_number text NOT NULL,
    shipped_at      timestamptz NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT shipments_tracking UNIQUE (store_order_id, carrier, tracking_number)
);

-- How far each purchase is. `id` is derived from caller and key.
CREATE TABLE checkouts (
    id          uuid PRIMARY KEY,
    caller      text NOT NULL,
    key         text NOT NULL,
    fingerprint text NOT NULL,
    order_id    uuid NOT NULL UNIQUE REFERENCES orders (id),
    state       text NOT NULL CHECK (state IN ('paying', 'awaiting', 'confirmed', 'cancelling', 'cancelled')),
    attempt     integer NOT NULL CHECK (attempt > 0),
    -- How to pay the current attempt; forgotten when the order is confirmed or cancelled.
    method      jsonb,
    reservation uuid NOT NULL,
    -- The payment that the order was confirmed by.
    payment_id  uuid,
    -- When the sweeper looks at it; absent when there is nothing left to do.
    due_at      timestamptz,
    tries       integer NOT NULL DEFAULT 0,
    version     bigint NOT NULL DEFAULT 1,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT checkouts_caller_key UNIQUE (caller, key),
    CONSTRAINT checkouts_due CHECK ((state IN ('confirmed', 'cancelled')) = (due_at IS NULL))
);
CREATE INDEX checkouts_due_at ON checkouts (due_at) WHERE due_at IS NOT NULL;

-- Further attempts to pay an order, by the buyer's key.
CREATE TABLE payment_attempts (
    order_id    uuid NOT NULL REFERENCES orders (id),
    key         text NOT NULL,
    attempt     integer NOT NULL CHECK (attempt > 1),
    fingerprint text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (order_id, key),
    CONSTRAINT payment_attempts_once UNIQUE (order_id, attempt)
);
