-- Messages to people, rendered when they are made, and each attempt to send them.
CREATE TABLE notifications (
    id              uuid PRIMARY KEY,
    channel         text NOT NULL DEFAULT 'email' CHECK (channel = 'email'),
    -- The template: verify_email, order_confirmed, ...
    kind            text NOT NULL CHECK (kind ~ '^[a-z][a-z_]{1,39}$'),
    locale          text NOT NULL CHECK (locale IN ('en', 'pt-BR')),
    -- The recipient's account, if she has one: an id of `user`.
    user_id         uuid,
    recipient       text NOT NULL CHECK (length(recipient) BETWEEN 3 AND 320),
    recipient_name  text NOT NULL CHECK (recipient_name !~ '[[:cntrl:]]'),
    subject         text NOT NULL CHECK (subject <> '' AND subject !~ '[[:cntrl:]]'),
    body_text       text NOT NULL,
    body_html       text NOT NULL,
    -- Both bodies are emptied when the message is old.
    has_body        boolean NOT NULL DEFAULT true CHECK (has_body = (body_text <> '')),
    -- kind:subject:recipient; a second message about the same thing to the same person is none.
    dedupe_key      text NOT NULL CONSTRAINT notifications_dedupe_key UNIQUE,
    -- The header, with its angle brackets; never changes, so that a repeated mail is seen as one.
    message_id      text NOT NULL CONSTRAINT notifications_message_id UNIQUE CHECK (message_id ~ '^<[^<>[:space:]]+>$'),
    -- The event that it was made from.
    event_id        uuid NOT NULL,
    status          text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'sent', 'failed')),
    -- Only grows: with the id it names one attempt, so that a sender which outlived its lease changes nothing.
    attempts        integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    -- Attempts before an operator had it sent again; the limit counts from here.
    attempts_before integer NOT NULL DEFAULT 0 CHECK (attempts_before BETWEEN 0 AND attempts),
    next_attempt_at timestamptz NOT NULL,
    lease_until     timestamptz,
    last_error      text,
    sent_at         timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    CHECK ((status = 'sent') = (sent_at IS NOT NULL))
);
CREATE INDEX notifications_due ON notifications (next_attempt_at, id) WHERE status = 'pending';
CREATE INDEX notifications_failed ON notifications (id DESC) WHERE status = 'failed';
CREATE INDEX notifications_with_body ON notifications (sent_at) WHERE has_body AND status = 'sent';
CREATE INDEX notifications_recipient ON notifications (lower(recipient), id DESC);

CREATE TABLE notification_logs (
    id              uuid PRIMARY KEY,
    notification_id uuid NOT NULL REFERENCES notifications (id),
    attempt         integer NOT NULL CHECK (attempt > 0),
    status          text NOT NULL CHECK (status IN ('sent', 'temporary', 'permanent')),
    error_message   text,
    logged_at       timestamptz NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    CHECK ((status = 'sent') = (error_message IS NULL)),
    CONSTRAINT notification_logs_attempt UNIQUE (notification_id, attempt)
);
CREATE UNIQUE INDEX notification_logs_sent_once ON notification_logs (notification_id) WHERE status = 'sent';
