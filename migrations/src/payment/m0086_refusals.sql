-- When a notification of a provider was refused the last time, and why: one row each, and not more often than once a
-- minute. An earlier release beside this one writes none.
CREATE TABLE provider_refusals (
    provider   text PRIMARY KEY,
    why        text NOT NULL,
    at         timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
