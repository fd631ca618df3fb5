-- What stores owed, and paid outside or will never pay. Append-only.
CREATE TABLE debt_settlements (
    id         uuid PRIMARY KEY,
    store_id   uuid NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('settled_by_store', 'write_off')),
    amount     numeric(19,4) NOT NULL CHECK (amount > 0),
    currency   char(3) NOT NULL,
    -- Why it was given up, or under which reference it was paid.
    note       text NOT NULL,
    at         timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- What is kept back of what a store is owed, against what may come, until a day.
CREATE TABLE reserves (
    id          uuid PRIMARY KEY,
    store_id    uuid NOT NULL,
    amount      numeric(19,4) NOT NULL CHECK (amount > 0),
    currency    char(3) NOT NULL,
    reason      text NOT NULL,
    status      text NOT NULL CHECK (status IN ('held', 'released')),
    release_at  timestamptz NOT NULL,
    released_at timestamptz,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CHECK ((status = 'released') = (released_at IS NOT NULL))
);
CREATE INDEX reserves_newest ON reserves (created_at DESC, id DESC);
CREATE INDEX reserves_by_store ON reserves (store_id, created_at DESC, id DESC);
CREATE INDEX reserves_due ON reserves (release_at) WHERE status = 'held';
