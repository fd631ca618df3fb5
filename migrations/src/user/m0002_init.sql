-- People. The e-mail is kept as typed and unique without regard to case. Until it is verified the
-- row keeps its place only: a password, with which somebody could sign in, and a username, which
-- belongs to nobody yet, come from the registration whose link is confirmed.
CREATE TABLE users (
    id                     uuid PRIMARY KEY,
    username               text CHECK (username ~ '^[a-z0-9_.-]{3,32}$'),
    email                  text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    hashed_password        text CHECK (hashed_password LIKE '$argon2id$%'),
    first_name             text NOT NULL CHECK (length(first_name) BETWEEN 1 AND 100),
    last_name              text NOT NULL CHECK (length(last_name) <= 100),
    phone_number           text CHECK (length(phone_number) <= 32),
    image_url              text CHECK (length(image_url) <= 2048),
    locale                 text NOT NULL CHECK (length(locale) <= 16),
    email_verified_at      timestamptz,
    status                 text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'blocked')),
    credentials_changed_at timestamptz NOT NULL,
    version                bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    created_at             timestamptz NOT NULL DEFAULT now(),
    updated_at             timestamptz NOT NULL DEFAULT now(),
    CHECK ((hashed_password IS NULL) = (email_verified_at IS NULL)),
    CHECK (username IS NULL OR email_verified_at IS NOT NULL)
);
CREATE UNIQUE INDEX users_email_key ON users (lower(email));
CREATE UNIQUE INDEX users_username_key ON users (username);

-- Registrations of an address that nobody has confirmed yet. Each is the account that its own link
-- makes: whoever registers somebody else's address, before her or after her, changes nothing in
-- what her link applies. The token in the mail is derived from id and e-mail, so no secret but the
-- hash lies here; confirming one deletes all of the address.
CREATE TABLE registrations (
    id              uuid PRIMARY KEY,
    user_id         uuid NOT NULL REFERENCES users (id),
    email           text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    username        text CHECK (username ~ '^[a-z0-9_.-]{3,32}$'),
    hashed_password text NOT NULL CHECK (hashed_password LIKE '$argon2id$%'),
    first_name      text NOT NULL CHECK (length(first_name) BETWEEN 1 AND 100),
    last_name       text NOT NULL CHECK (length(last_name) <= 100),
    phone_number    text CHECK (length(phone_number) <= 32),
    locale          text NOT NULL CHECK (length(locale) <= 16),
    expires_at      timestamptz NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX registrations_user ON registrations (user_id, expires_at);
CREATE INDEX registrations_expires ON registrations (expires_at);

-- Operators' roles. What a person may do in a store is the store's affair.
CREATE TABLE roles (
    name       text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9_]{0,63}$'),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE permissions (
    name       text PRIMARY KEY CHECK (name ~ '^[a-z]+\.[a-z_]+$'),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE role_permissions (
    role       text NOT NULL REFERENCES roles (name),
    permission text NOT NULL REFERENCES permissions (name),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (role, permission)
);
CREATE TABLE user_roles (
    user_id    uuid NOT NULL REFERENCES users (id),
    role       text NOT NULL REFERENCES roles (name),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, role)
);
CREATE INDEX user_roles_role ON user_roles (role);

-- A row is one refresh token or one browser session. The refresh tokens of one device follow
-- each other in one family; a browser session is a family of its own.
CREATE TABLE sessions (
    id           uuid PRIMARY KEY,
    kind         text NOT NULL CHECK (kind IN ('refresh', 'browser')),
    family       uuid NOT NULL,
    token_hash   text NOT NULL CHECK (length(token_hash) = 43),
    user_id      uuid NOT NULL REFERENCES users (id),
    surface      text NOT NULL CHECK (surface IN ('shop', 'seller', 'admin')),
    device       text CHECK (length(device) <= 200),
    address      text CHECK (length(address) <= 64),
    -- When the person gave her password; stays the same along the family.
    opened_at    timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    revoked_at   timestamptz,
    rotated_at   timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    CHECK (expires_at > opened_at),
    CHECK (kind = 'refresh' OR (family = id AND rotated_at IS NULL AND surface <> 'shop'))
);
CREATE UNIQUE INDEX sessions_token_hash_key ON sessions (token_hash);
-- Two live tokens of one family would be two owners of one device.
CREATE UNIQUE INDEX sessions_live_family_key ON sessions (family)
    WHERE revoked_at IS NULL AND rotated_at IS NULL;
CREATE INDEX sessions_family ON sessions (family);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expires ON sessions (expires_at);

-- Single-use invitations of the first operator, before there is a person. The token is derived from
-- the id, so no secret lies here.
CREATE TABLE operator_invitations (
    id         uuid PRIMARY KEY,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX operator_invitations_expires ON operator_invitations (expires_at);
CREATE UNIQUE INDEX operator_invitations_one ON operator_invitations ((true)) WHERE used_at IS NULL;

INSERT INTO roles (name) VALUES ('admin'), ('support');
INSERT INTO permissions (name) VALUES
    ('users.manage'), ('stores.review'), ('stores.commission'), ('catalog.categories'),
    ('orders.see'), ('payments.see'), ('payouts.manage'), ('messages.see'), ('events.manage');
INSERT INTO role_permissions (role, permission) SELECT 'admin', name FROM permissions;
INSERT INTO role_permissions (role, permission) VALUES
    ('support', 'orders.see'), ('support', 'payments.see'), ('support', 'messages.see');
