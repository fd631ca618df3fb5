-- Who sells. The person herself is the user module's affair; this is what the law asks of a seller.
CREATE TABLE store_owners (
    user_id       uuid PRIMARY KEY,
    business_name text NOT NULL CHECK (business_name <> ''),
    tax_id        text NOT NULL CHECK (tax_id <> ''),
    phone         text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE stores (
    id            uuid PRIMARY KEY,
    owner_id      uuid NOT NULL REFERENCES store_owners (user_id),
    name          text NOT NULL CHECK (name <> ''),
    -- Never shaped like a UUID: one path takes both.
    slug          text NOT NULL CONSTRAINT stores_slug_unique UNIQUE
                  CONSTRAINT stores_slug_shape CHECK (
                      slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'
                      AND slug !~ '^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$'),
    description   text NOT NULL,
    status        text NOT NULL CHECK (status IN ('draft', 'pending', 'approved', 'rejected', 'suspended', 'closed')),
    status_reason text,
    currency      char(3) NOT NULL,
    time_zone     text NOT NULL,
    version       bigint NOT NULL CHECK (version > 0),
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX stores_one_per_owner ON stores (owner_id) WHERE status <> 'closed';
CREATE INDEX stores_by_status ON stores (status, id DESC);
CREATE INDEX stores_by_name ON stores (lower(name) text_pattern_ops);
CREATE INDEX stores_not_purchasable ON stores (id) WHERE status <> 'approved';

CREATE TABLE store_addresses (
    store_id    uuid PRIMARY KEY REFERENCES stores (id),
    recipient   text,
    street      text NOT NULL,
    number      text,
    complement  text,
    district    text,
    city        text NOT NULL,
    state       text,
    postal_code text NOT NULL,
    country     char(2) NOT NULL,
    phone       text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE store_members (
    store_id   uuid NOT NULL REFERENCES stores (id),
    user_id    uuid NOT NULL,
    role       text NOT NULL CHECK (role IN ('owner', 'manager', 'staff')),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (store_id, user_id)
);
CREATE INDEX store_members_user ON store_members (user_id);
CREATE UNIQUE INDEX store_members_one_owner ON store_members (store_id) WHERE role = 'owner';

-- Append-only; the version is the store's after the change.
CREATE TABLE store_status_history (
    id          uuid PRIMARY KEY,
    store_id    uuid NOT NULL REFERENCES stores (id),
    version     bigint NOT NULL CHECK (version > 0),
    from_status text,
    to_status   text NOT NULL,
    reason      text,
    actor       text NOT NULL,
    at          timestamptz NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (store_id, version)
);

CREATE TABLE shipping_methods (
    id           uuid PRIMARY KEY,
    store_id     uuid NOT NULL REFERENCES stores (id),
    name         text NOT NULL CHECK (name <> ''),
    kind         text NOT NULL CHECK (kind IN ('flat', 'free_above', 'pickup')),
    price        numeric(19,4),
    threshold    numeric(19,4),
    currency     char(3),
    transit_days integer NOT NULL CHECK (transit_days BETWEEN 0 AND 365),
    active       boolean NOT NULL DEFAULT true,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT shipping_methods_numbers CHECK (
        CASE kind
            WHEN 'flat' THEN price >= 0 AND currency IS NOT NULL AND threshold IS NULL
            WHEN 'free_above' THEN price >= 0 AND threshold > 0 AND currency IS NOT NULL
            ELSE price IS NULL AND threshold IS NULL AND currency IS NULL
        END)
);
CREATE INDEX shipping_methods_store ON shipping_methods (store_id, id);

-- An ordered list, lowest position first, first match wins.
CREATE TABLE commission_rules (
    id          uuid PRIMARY KEY,
    position    bigint NOT NULL UNIQUE,
    store_id    uuid REFERENCES stores (id),
    category_id uuid,
    percent     numeric(7,4) CHECK (percent BETWEEN 0 AND 100),
    amount      numeric(19,4) CHECK (amount >= 0),
    currency    char(3),
    is_default  boolean NOT NULL DEFAULT false,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT commission_rules_one_value CHECK (
        CASE WHEN is_default THEN amount IS NULL AND currency IS NULL
             ELSE num_nonnulls(percent, amount) = 1 AND (amount IS NULL) = (currency IS NULL)
        END),
    CONSTRAINT commission_rules_default_is_last CHECK (
        is_default = (position = 9223372036854775807)
        AND (NOT is_default OR (store_id IS NULL AND category_id IS NULL)))
);

-- The default, for ever at the end. Without a percentage of its own it follows the configuration.
INSERT INTO commission_rules (id, position, is_default)
VALUES ('00000000-0000-7000-8000-000000000001', 9223372036854775807, true);
