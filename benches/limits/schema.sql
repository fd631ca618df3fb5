-- The least tables that a sale of three lines needs, for pgbench: `psql -v n=10000 -f schema.sql`.
-- What PostgreSQL does with them on this machine is the limit beside which Feira's figures are read.
\set ON_ERROR_STOP 1
DROP TABLE IF EXISTS outbox, payment, order_item, orders, inventory, product CASCADE;
CREATE TABLE product (
    id          bigint PRIMARY KEY,
    slug        text NOT NULL UNIQUE,
    price_minor bigint NOT NULL,
    currency    char(3) NOT NULL
);
CREATE TABLE inventory (
    product_id bigint PRIMARY KEY REFERENCES product (id),
    on_hand    integer NOT NULL,
    reserved   integer NOT NULL DEFAULT 0,
    CHECK (reserved >= 0 AND reserved <= on_hand)
) WITH (fillfactor = 80);
CREATE TABLE orders (
    id          bigserial PRIMARY KEY,
    buyer_id    bigint NOT NULL,
    status      text NOT NULL,
    total_minor bigint NOT NULL,
    currency    char(3) NOT NULL,
    address     jsonb NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE order_item (
    id         bigserial PRIMARY KEY,
    order_id   bigint NOT NULL REFERENCES orders (id),
    product_id bigint NOT NULL REFERENCES product (id),
    qty        integer NOT NULL,
    unit_minor bigint NOT NULL
);
CREATE TABLE payment (
    id              bigserial PRIMARY KEY,
    order_id        bigint NOT NULL REFERENCES orders (id),
    provider        text NOT NULL,
    status          text NOT NULL,
    amount_minor    bigint NOT NULL,
    idempotency_key uuid NOT NULL UNIQUE
);
CREATE TABLE outbox (
    id         bigserial PRIMARY KEY,
    topic      text NOT NULL,
    payload    jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO product (id, slug, price_minor, currency)
SELECT i, 'p-' || i, 1999, 'BRL' FROM generate_series(1, :n::bigint) AS i;
INSERT INTO inventory (product_id, on_hand) SELECT id, 1000000000 FROM product;
CREATE INDEX order_item_order ON order_item (order_id);
VACUUM ANALYZE;
