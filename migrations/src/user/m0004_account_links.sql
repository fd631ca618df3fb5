-- Links that are mailed for an account that is there: to set a new password, to confirm another
-- address, which the row names, and to sign in on a surface. The token in the mail is derived from
-- id, purpose and e-mail, so no secret lies here; a link that was used is deleted. The row of an
-- address or login that nobody has says nothing: it is written so that both take as long.
CREATE TABLE account_links (
    id         uuid PRIMARY KEY,
    user_id    uuid REFERENCES users (id),
    purpose    text NOT NULL CHECK (purpose IN ('reset_password', 'change_email', 'sign_in')),
    email      text CHECK (length(email) BETWEEN 3 AND 254),
    surface    text CHECK (surface IN ('shop', 'seller', 'admin')),
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((user_id IS NULL) = (email IS NULL)),
    CHECK ((purpose = 'sign_in') = (surface IS NOT NULL))
);
CREATE INDEX account_links_user ON account_links (user_id, expires_at);
CREATE INDEX account_links_expires ON account_links (expires_at);
