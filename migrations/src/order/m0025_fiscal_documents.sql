-- The fiscal document that a store gave out for its part of an order: the 44 digits of its access key, what
-- they say of series and number, and its file, if there is one.
CREATE TABLE fiscal_documents (
    store_order_id uuid PRIMARY KEY REFERENCES store_orders (id),
    key            text NOT NULL,
    series         integer NOT NULL CHECK (series BETWEEN 0 AND 999),
    number         integer NOT NULL CHECK (number BETWEEN 0 AND 999999999),
    media_type     text CHECK (media_type IN ('application/xml', 'application/pdf')),
    file           bytea CHECK (octet_length(file) BETWEEN 1 AND 1048576),
    added_at       timestamptz NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT fiscal_documents_key UNIQUE (key),
    CONSTRAINT fiscal_documents_digits CHECK (key ~ '^[0-9]{44}$'),
    CONSTRAINT fiscal_documents_whole CHECK ((media_type IS NULL) = (file IS NULL))
);
-- Since when a part has one, and since when its earning waits for one after the return window has ended.
-- An earlier release beside this one writes neither, and releases every earning.
ALTER TABLE store_orders
    ADD COLUMN documented_at   timestamptz,
    ADD COLUMN earning_held_at timestamptz;
