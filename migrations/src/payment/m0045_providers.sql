-- Providers that operators enter on their page, beside those of files and the environment. One that was removed
-- had no payments; its name stays taken, because whoever finds it in a log must not take another for it.
CREATE TABLE providers (
    id         uuid PRIMARY KEY,
    name       text NOT NULL CONSTRAINT providers_name UNIQUE CHECK (name ~ '^[a-z0-9_-]{1,32}$'),
    kind       text NOT NULL,
    takes_new  boolean NOT NULL,
    -- The order in which new payments are offered to them.
    position   integer NOT NULL,
    -- Without secrets.
    settings   jsonb NOT NULL,
    -- Of each secret when it was set, and its text, sealed under the installation's key.
    secrets    jsonb NOT NULL,
    removed_at timestamptz,
    version    bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK (removed_at IS NULL OR (NOT takes_new AND secrets = '{}'))
);

-- By what is paid, and within which amounts: of a currency, or of it at one store.
CREATE TABLE method_limits (
    id         uuid PRIMARY KEY,
    method     text NOT NULL,
    currency   char(3) NOT NULL,
    store_id   uuid,
    enabled    boolean NOT NULL,
    least      numeric(19,4) CHECK (least > 0),
    most       numeric(19,4) CHECK (most > 0),
    version    bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK (least <= most)
);
CREATE UNIQUE INDEX method_limits_once
    ON method_limits (method, currency, COALESCE(store_id, '00000000-0000-0000-0000-000000000000'));

-- Counts the changes of both: each process keeps what it has read, and reads again when this has moved.
CREATE TABLE provider_version (
    id         smallint PRIMARY KEY CHECK (id = 1),
    version    bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO provider_version (id, version) VALUES (1, 0);

-- Of each provider why a call failed the last time.
CREATE TABLE provider_failures (
    provider   text PRIMARY KEY,
    failure    text NOT NULL,
    at         timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
