use feira_kernel::{db::Roles, token::TokenKey};

/// Roles are cluster-wide; the throw-away cluster has no others.
pub(crate) const ROLE_PREFIX: &str = "test";
/// The key of the installation that every test is, so that its roles are made once.
pub const TOKEN_KEY: &str = "a key that every test of Feira has";

/// The roles of all tests.
pub fn roles() -> Roles {
    let key = TokenKey::new(TOKEN_KEY.as_bytes().to_vec());
    Roles::new(ROLE_PREFIX, key.expect("long enough"))
}
