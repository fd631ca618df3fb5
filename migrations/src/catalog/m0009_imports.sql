-- What imports told, while somebody may ask for more than the report has.
CREATE TABLE imports (
    id         uuid PRIMARY KEY,
    store_id   uuid NOT NULL,
    report     jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX imports_age ON imports (created_at);

CREATE TABLE import_notes (
    import_id   uuid NOT NULL REFERENCES imports ON DELETE CASCADE,
    place       integer NOT NULL,
    line        bigint NOT NULL,
    column_name text,
    refused     boolean NOT NULL,
    code        text NOT NULL,
    detail      text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (import_id, place)
);

-- A draft that a file made may not have its price yet.
ALTER TABLE variants DROP CONSTRAINT variants_price_check;
ALTER TABLE variants ADD CONSTRAINT variants_price CHECK (price >= 0) NOT VALID;
