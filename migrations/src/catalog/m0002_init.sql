-- Text search over Portuguese product texts, blind to accents: `algodao` finds `algodão`.
CREATE TEXT SEARCH CONFIGURATION feira (COPY = pg_catalog.portuguese);
ALTER TEXT SEARCH CONFIGURATION feira
    ALTER MAPPING FOR hword, hword_part, word WITH extensions.unaccent, pg_catalog.portuguese_stem;

CREATE TABLE categories (
    id         uuid PRIMARY KEY,
    parent_id  uuid REFERENCES categories (id),
    name       text NOT NULL CHECK (name <> ''),
    slug       text NOT NULL UNIQUE,
    position   integer NOT NULL,
    -- From the root to the category itself.
    path       uuid[] NOT NULL CHECK (path[cardinality(path)] = id AND cardinality(path) <= 5),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT categories_name_per_parent UNIQUE NULLS NOT DISTINCT (parent_id, name)
);

CREATE TABLE products (
    id          uuid PRIMARY KEY,
    store_id    uuid NOT NULL,
    name        text NOT NULL CHECK (name <> ''),
    -- Lower case without accents, for the search that forgives typing errors.
    name_plain  text NOT NULL,
    slug        text NOT NULL CONSTRAINT products_slug UNIQUE,
    description text NOT NULL,
    category_id uuid REFERENCES categories (id),
    brand       text,
    tags        text[] NOT NULL DEFAULT '{}',
    status      text NOT NULL CHECK (status IN ('draft', 'active', 'archived')),
    version     bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    search      tsvector NOT NULL,
    -- The caller's key of the call that made it.
    create_key  text,
    -- For lists, which read no variants and images; kept by every write that changes those.
    currency    char(3) NOT NULL,
    price_from  numeric(19,4) NOT NULL CHECK (price_from > 0),
    price_to    numeric(19,4) NOT NULL CHECK (price_to >= price_from),
    compare_at  numeric(19,4),
    image       jsonb,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT products_create_key UNIQUE (store_id, create_key)
);
CREATE INDEX products_newest ON products (id DESC) WHERE status = 'active';
CREATE INDEX products_price ON products (price_from, id) WHERE status = 'active';
CREATE INDEX products_category_newest ON products (category_id, id DESC) WHERE status = 'active';
CREATE INDEX products_category_price ON products (category_id, price_from, id) WHERE status = 'active';
CREATE INDEX products_store ON products (store_id, id DESC);
CREATE INDEX products_search ON products USING gin (search) WHERE status = 'active';
CREATE INDEX products_name_plain ON products USING gin (name_plain extensions.gin_trgm_ops);

CREATE TABLE variants (
    id           uuid PRIMARY KEY,
    product_id   uuid NOT NULL REFERENCES products (id),
    store_id     uuid NOT NULL,
    sku          text NOT NULL CHECK (sku <> ''),
    -- [{"name": "Size", "value": "Large"}], in the order of the product's options.
    options      jsonb NOT NULL CHECK (jsonb_typeof(options) = 'array'),
    price        numeric(19,4) NOT NULL CHECK (price > 0),
    compare_at   numeric(19,4) CHECK (compare_at > price),
    currency     char(3) NOT NULL,
    weight_grams integer NOT NULL CHECK (weight_grams >= 0),
    barcode      text,
    position     integer NOT NULL,
    -- What the last import said was on hand: the same file again must not bring back what was sold.
    imported_quantity integer CHECK (imported_quantity >= 0),
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT variants_sku UNIQUE (store_id, sku),
    CONSTRAINT variants_options UNIQUE (product_id, options)
);

CREATE TABLE product_images (
    id            uuid PRIMARY KEY,
    product_id    uuid NOT NULL REFERENCES products (id),
    -- SHA-256 of what was uploaded; the keys below name what was made of it.
    source_hash   text NOT NULL CHECK (source_hash ~ '^[0-9a-f]{64}$'),
    alt_text      text NOT NULL,
    position      integer NOT NULL,
    small_key     text NOT NULL,
    small_width   integer NOT NULL CHECK (small_width > 0),
    small_height  integer NOT NULL CHECK (small_height > 0),
    medium_key    text NOT NULL,
    medium_width  integer NOT NULL CHECK (medium_width > 0),
    medium_height integer NOT NULL CHECK (medium_height > 0),
    large_key     text NOT NULL,
    large_width   integer NOT NULL CHECK (large_width > 0),
    large_height  integer NOT NULL CHECK (large_height > 0),
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT product_images_source UNIQUE (product_id, source_hash)
);

CREATE TABLE inventory (
    variant_id uuid PRIMARY KEY REFERENCES variants (id),
    product_id uuid NOT NULL REFERENCES products (id),
    store_id   uuid NOT NULL,
    on_hand    integer NOT NULL,
    reserved   integer NOT NULL DEFAULT 0,
    version    bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    -- Whether the seller was told that it is low, until there is more again.
    low_told   boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT inventory_bounds CHECK (0 <= reserved AND reserved <= on_hand)
) WITH (fillfactor = 70);
CREATE INDEX inventory_product ON inventory (product_id);

-- Append-only: the sum of all is the stock.
CREATE TABLE inventory_movements (
    id              uuid PRIMARY KEY,
    -- Taken while the stock row is locked, so it tells the order per variant.
    sequence        bigint GENERATED ALWAYS AS IDENTITY,
    variant_id      uuid NOT NULL REFERENCES variants (id),
    store_id        uuid NOT NULL,
    on_hand_change  integer NOT NULL,
    reserved_change integer NOT NULL,
    reason          text NOT NULL CHECK (reason IN ('initial', 'restock', 'adjustment', 'import', 'reserved',
                        'released', 'expired', 'order_placed', 'order_cancelled', 'returned')),
    reference       text,
    note            text,
    -- The caller's key of an adjustment.
    key             text,
    actor           text NOT NULL,
    at              timestamptz NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT inventory_movements_key UNIQUE (store_id, key)
);
CREATE INDEX inventory_movements_variant ON inventory_movements (variant_id, sequence DESC);
-- A reservation moves each of its variants once per step.
CREATE UNIQUE INDEX inventory_movements_once ON inventory_movements (variant_id, reason, reference)
    WHERE reason IN ('reserved', 'released', 'expired', 'order_placed');

CREATE TABLE reservations (
    key        uuid PRIMARY KEY,
    state      text NOT NULL CHECK (state IN ('active', 'committed', 'released', 'expired')),
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX reservations_due ON reservations (expires_at) WHERE state = 'active';

CREATE TABLE reservation_lines (
    key        uuid NOT NULL REFERENCES reservations (key),
    variant_id uuid NOT NULL REFERENCES variants (id),
    quantity   integer NOT NULL CHECK (quantity > 0),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (key, variant_id)
);

CREATE TABLE restocks (
    key        uuid PRIMARY KEY,
    reason     text NOT NULL,
    reference  text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

INSERT INTO categories (id, parent_id, name, slug, position, path)
SELECT id::uuid, parent::uuid, name, slug, position,
       CASE WHEN parent IS NULL THEN ARRAY[id::uuid] ELSE ARRAY[parent::uuid, id::uuid] END
FROM (VALUES
    ('01990000-0000-7000-8000-000000000001', NULL, 'Fashion', 'fashion', 1),
    ('01990000-0000-7000-8000-000000000002', NULL, 'Electronics', 'electronics', 2),
    ('01990000-0000-7000-8000-000000000003', NULL, 'Home and Garden', 'home-and-garden', 3),
    ('01990000-0000-7000-8000-000000000004', NULL, 'Beauty and Health', 'beauty-and-health', 4),
    ('01990000-0000-7000-8000-000000000005', NULL, 'Food and Drink', 'food-and-drink', 5),
    ('01990000-0000-7000-8000-000000000006', NULL, 'Sports and Leisure', 'sports-and-leisure', 6),
    ('01990000-0000-7000-8000-000000000007', NULL, 'Books and Crafts', 'books-and-crafts', 7),
    ('01990000-0000-7000-8000-000000000008', NULL, 'Toys and Baby', 'toys-and-baby', 8),
    ('01990000-0000-7000-8000-000000000101', '01990000-0000-7000-8000-000000000001', 'Clothing', 'clothing', 1),
    ('01990000-0000-7000-8000-000000000102', '01990000-0000-7000-8000-000000000001', 'Shoes', 'shoes', 2),
    ('01990000-0000-7000-8000-000000000103', '01990000-0000-7000-8000-000000000001', 'Accessories', 'accessories', 3),
    ('01990000-0000-7000-8000-000000000201', '01990000-0000-7000-8000-000000000002', 'Phones', 'phones', 1),
    ('01990000-0000-7000-8000-000000000202', '01990000-0000-7000-8000-000000000002', 'Computers', 'computers', 2),
    ('01990000-0000-7000-8000-000000000301', '01990000-0000-7000-8000-000000000003', 'Kitchen', 'kitchen', 1),
    ('01990000-0000-7000-8000-000000000302', '01990000-0000-7000-8000-000000000003', 'Decoration', 'decoration', 2),
    ('01990000-0000-7000-8000-000000000501', '01990000-0000-7000-8000-000000000005', 'Coffee', 'coffee', 1)
) AS seed (id, parent, name, slug, position);
