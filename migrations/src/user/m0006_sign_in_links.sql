-- Links that sign a person in, mailed to her. The token is derived from id and person, so no secret
-- lies here. A row without a person stands for a login of nobody: both cases wait for the same disk.
CREATE TABLE sign_in_links (
    id         uuid PRIMARY KEY,
    user_id    uuid REFERENCES users (id),
    surface    text NOT NULL CHECK (surface IN ('shop', 'seller', 'admin')),
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sign_in_links_user ON sign_in_links (user_id, expires_at) WHERE user_id IS NOT NULL;
CREATE INDEX sign_in_links_expires ON sign_in_links (expires_at);
