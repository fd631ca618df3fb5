-- What people keep to pay with: the provider's names of a card, and what she is shown of it. Never its number,
-- and not the name on it. A removed one keeps the provider's name of her, so that there is one of her there.
CREATE TABLE payment_methods (
    id           uuid PRIMARY KEY,
    user_id      uuid NOT NULL,
    provider     text NOT NULL,
    -- At the provider: she, what adds the card, and the card. Without our keys they pay nothing.
    customer     text,
    setup        text,
    token        text,
    status       text NOT NULL CHECK (status IN ('adding', 'kept', 'removed')),
    brand        text,
    last4        text CHECK (last4 ~ '^[0-9]{4}$'),
    expiry_month smallint CHECK (expiry_month BETWEEN 1 AND 12),
    expiry_year  smallint CHECK (expiry_year BETWEEN 2000 AND 2999),
    is_default   boolean NOT NULL DEFAULT false,
    removed_at   timestamptz,
    version      bigint NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    CHECK ((setup IS NULL) = (customer IS NULL)),
    CHECK ((status = 'kept') = (token IS NOT NULL)),
    CHECK (status <> 'kept' OR (setup IS NOT NULL AND brand IS NOT NULL AND last4 IS NOT NULL
                                AND expiry_month IS NOT NULL AND expiry_year IS NOT NULL)),
    CHECK (NOT is_default OR status = 'kept'),
    CHECK ((status = 'removed') = (removed_at IS NOT NULL))
);
CREATE UNIQUE INDEX payment_methods_default ON payment_methods (user_id) WHERE is_default;
CREATE UNIQUE INDEX payment_methods_setup ON payment_methods (provider, setup) WHERE setup IS NOT NULL;
CREATE INDEX payment_methods_of_user ON payment_methods (user_id, id);
