-- Keys of commands that were carried out: a row of the transaction of the effect.
CREATE TABLE idempotency_key (
    -- Who used it: `shop:<user>`, `seller:<user>:<store>`, `guest:<hash of a token>`.
    caller      text NOT NULL,
    route       text NOT NULL,
    key         text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    fingerprint text NOT NULL,
    -- What a repeat needs to answer: ids, no documents.
    outcome     jsonb NOT NULL,
    used_at     timestamptz NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (caller, route, key)
);
-- Rows come in the order of time, so the smallest kind of index finds the old ones.
CREATE INDEX idempotency_key_used ON idempotency_key USING brin (used_at);
