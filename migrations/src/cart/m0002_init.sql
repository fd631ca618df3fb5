-- What somebody means to buy. Prices, stock and store states are asked for at every read; what is
-- kept here is the choice, and what the price was when it was made.
CREATE TABLE carts (
    id               uuid PRIMARY KEY,
    user_id          uuid,
    -- Of a guest's token, which is shown once and never kept.
    guest_token_hash text,
    currency         char(3) NOT NULL,
    status           text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'completed', 'merged')),
    order_id         uuid,
    -- Where the lines went at log-in.
    merged_into      uuid,
    -- Where the units are that the order did not buy. A guest's may end and be deleted before this one.
    continued_in     uuid,
    destination      jsonb,
    -- Store -> shipping method.
    shipping_choices jsonb NOT NULL DEFAULT '{}',
    -- Guests' carts only; put off by each change.
    expires_at       timestamptz,
    version          bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT carts_one_owner CHECK (num_nonnulls(user_id, guest_token_hash) = 1),
    CONSTRAINT carts_guests_expire CHECK ((guest_token_hash IS NULL) = (expires_at IS NULL)),
    CONSTRAINT carts_completed_by_an_order CHECK ((status = 'completed') = (order_id IS NOT NULL)),
    CONSTRAINT carts_continued_when_completed CHECK (continued_in IS NULL OR status = 'completed')
);
CREATE UNIQUE INDEX carts_one_open_per_user ON carts (user_id) WHERE status = 'open';
CREATE INDEX carts_abandoned ON carts (expires_at) WHERE guest_token_hash IS NOT NULL AND status <> 'completed';

CREATE TABLE cart_items (
    id         uuid PRIMARY KEY,
    cart_id    uuid NOT NULL REFERENCES carts (id) ON DELETE CASCADE,
    variant_id uuid NOT NULL,
    product_id uuid NOT NULL,
    store_id   uuid NOT NULL,
    -- What it was called, for a line whose product is gone.
    title      text NOT NULL,
    quantity   integer NOT NULL CONSTRAINT cart_items_quantity CHECK (quantity BETWEEN 1 AND 999),
    -- When it was put in, in the cart's currency.
    unit_price numeric(19,4) NOT NULL CHECK (unit_price >= 0),
    currency   char(3) NOT NULL,
    position   bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT cart_items_one_per_variant UNIQUE (cart_id, variant_id)
);
