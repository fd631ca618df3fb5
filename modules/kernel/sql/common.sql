-- What every module's schema has: events on their way out, events already taken, jobs.
CREATE TABLE outbox_event (
    id                uuid PRIMARY KEY,
    name              text NOT NULL,
    aggregate_id      uuid NOT NULL,
    aggregate_version bigint NOT NULL CHECK (aggregate_version > 0),
    payload           jsonb NOT NULL,
    occurred_at       timestamptz NOT NULL,
    fanned_out_at     timestamptz,
    -- The module in another process that it was pulled from; NULL for what this module published.
    source            text,
    transaction_id    bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    created_at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outbox_event_fresh ON outbox_event (id) WHERE fanned_out_at IS NULL;
CREATE INDEX outbox_event_transaction ON outbox_event (transaction_id, id) WHERE source IS NULL;

CREATE TABLE outbox_delivery (
    event_id        uuid NOT NULL REFERENCES outbox_event (id) ON DELETE CASCADE,
    subscriber      text NOT NULL,
    state           text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'dead')),
    attempts        integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    lease_until     timestamptz,
    last_error      text,
    done_at         timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (event_id, subscriber)
);
CREATE INDEX outbox_delivery_due ON outbox_delivery (next_attempt_at) WHERE state = 'pending';
CREATE INDEX outbox_delivery_dead ON outbox_delivery (event_id DESC, subscriber DESC) WHERE state = 'dead';

-- How far this module has read the events of modules in other processes.
CREATE TABLE outbox_cursor (
    source         text PRIMARY KEY,
    transaction_id bigint NOT NULL,
    event_id       uuid NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now()
);

-- How far modules in other processes have read the events of this one: what they have not, is kept.
CREATE TABLE outbox_reader (
    reader         text PRIMARY KEY,
    transaction_id bigint NOT NULL,
    event_id       uuid NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE inbox (
    consumer   text NOT NULL,
    event_id   uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, event_id)
);
-- Rows come in the order of time, so the smallest kind of index finds the old ones.
CREATE INDEX inbox_created ON inbox USING brin (created_at);

CREATE TABLE job (
    id          uuid PRIMARY KEY,
    name        text NOT NULL UNIQUE,
    run_at      timestamptz NOT NULL,
    attempts    integer NOT NULL DEFAULT 0,
    lease_until timestamptz,
    last_error  text,
    finished_at timestamptz,
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX job_due ON job (run_at);
