-- Who did what: money that a person moved, and what she took away or decided. Rows are added and read,
-- never changed and never purged: they are as few as what people decide, and are asked for years later.
CREATE TABLE audit (
    id           uuid PRIMARY KEY,
    at           timestamptz NOT NULL,
    actor        text NOT NULL CHECK (actor IN ('person', 'guest', 'system')),
    user_id      uuid,
    module       text,
    surface      text CHECK (surface IN ('shop', 'seller', 'admin')),
    store_id     uuid,
    action       text NOT NULL,
    subject_kind text NOT NULL,
    subject_id   uuid NOT NULL,
    -- Ids, amounts and states; nothing that a person typed.
    details      jsonb NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    CHECK (actor <> 'person' OR (user_id IS NOT NULL AND surface IS NOT NULL)),
    CHECK (actor <> 'system' OR module IS NOT NULL)
);
CREATE INDEX audit_user ON audit (user_id, id DESC);
CREATE INDEX audit_subject ON audit (subject_id, id DESC);
