-- First answers to requests with an Idempotency-Key, scoped to the caller and the route.
CREATE TABLE idempotency (
    scope       text NOT NULL,
    route       text NOT NULL,
    key         text NOT NULL,
    fingerprint text NOT NULL,
    status      integer CHECK (status BETWEEN 200 AND 599),
    location    text,
    body        text,
    started_at  timestamptz NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (scope, route, key)
);
CREATE INDEX idempotency_started_at ON idempotency (started_at);

-- What this installation has done once and does not do again.
CREATE TABLE milestones (
    name       text PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT now()
);
