use feira_kernel::token::TokenKey;
use time::Duration;

/// How the module is set up. The composition root reads and keeps the keys.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The first signs access tokens, all verify them: put a new key in front to rotate, and
    /// drop the old one when its last token has expired.
    pub jwt_keys: Vec<JwtKey>,
    /// The `iss` of access tokens; tokens of another issuer are refused.
    pub issuer: String,
    /// Derives the tokens of confirmations.
    pub token_key: TokenKey,
    pub access_ttl: Duration,
    /// How long an unused refresh token lives; each use starts anew.
    pub refresh_ttl: Duration,
    /// After this a device must sign in again, however often it refreshed.
    pub refresh_absolute_ttl: Duration,
    /// A refresh token used again this soon is a lost answer, not a theft.
    pub refresh_grace: Duration,
    pub browser_session_ttl: BrowserTtl,
    pub confirmation_ttl: Duration,
    pub throttle: ThrottleSettings,
    pub hash_cost: HashCost,
    /// Passwords hashed at the same time.
    pub hash_concurrency: usize,
    /// Hashes that may wait; more are answered `Busy`.
    pub hash_queue: usize,
    /// `en` or `pt-BR`.
    pub default_locale: String,
}

impl Settings {
    /// The defaults, with the given values for what has none.
    pub fn new(jwt_keys: Vec<JwtKey>, issuer: impl Into<String>, token_key: TokenKey) -> Self {
        Self {
            jwt_keys,
            issuer: issuer.into(),
            token_key,
            access_ttl: Duration::minutes(15),
            refresh_ttl: Duration::days(30),
            refresh_absolute_ttl: Duration::days(180),
            refresh_grace: Duration::seconds(10),
            browser_session_ttl: BrowserTtl {
                idle: Duration::hours(12),
                absolute: Duration::days(7),
            },
            confirmation_ttl: Duration::hours(24),
            throttle: ThrottleSettings::default(),
            hash_cost: HashCost::default(),
            hash_concurrency: 2,
            hash_queue: 32,
            default_locale: "en".to_owned(),
        }
    }
}

/// An Ed25519 key pair for access tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct JwtKey {
    /// The name that tokens carry in their header.
    pub kid: String,
    /// PKCS#8. Needed of the first key only; a retired one may leave it empty.
    pub private_pem: String,
    /// SubjectPublicKeyInfo.
    pub public_pem: String,
}

impl std::fmt::Debug for JwtKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "JwtKey({})", self.kid)
    }
}

/// A browser session ends after `idle` without use, and after `absolute` in any case.
#[derive(Debug, Clone, Copy)]
pub struct BrowserTtl {
    pub idle: Duration,
    pub absolute: Duration,
}

/// How failed sign-ins and requests for mails are throttled; each kind is counted separately.
#[derive(Debug, Clone, Copy)]
pub struct ThrottleSettings {
    /// Tries of one account by one client before the next must wait.
    pub account_tries: u32,
    /// Tries by one client (an address of IPv4, a /64 of IPv6), of all accounts.
    pub client_tries: u32,
    /// Tries by all clients of a network (a /24 of IPv4, a /48 of IPv6), of all accounts.
    pub network_tries: u32,
    /// The first wait; each further try doubles it.
    pub first_wait: Duration,
    /// No wait is longer.
    pub longest_wait: Duration,
    /// After this long without a try all of them are forgotten.
    pub forget_after: Duration,
}

impl Default for ThrottleSettings {
    fn default() -> Self {
        Self {
            account_tries: 10,
            client_tries: 50,
            network_tries: 200,
            first_wait: Duration::seconds(1),
            longest_wait: Duration::minutes(1),
            forget_after: Duration::hours(1),
        }
    }
}

/// Argon2id's parameters. The default is the least that OWASP advises.
#[derive(Debug, Clone, Copy)]
pub struct HashCost {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Default for HashCost {
    fn default() -> Self {
        Self {
            memory_kib: 19_456,
            passes: 2,
            lanes: 1,
        }
    }
}

/// Why the module cannot start, or a key cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    #[error("there is no key to sign access tokens with")]
    NoJwtKey,
    #[error("the access token key {kid:?} cannot be used: {reason}")]
    JwtKey { kid: String, reason: &'static str },
    #[error("the issuer of access tokens is empty")]
    Issuer,
    #[error("the password hashing parameters cannot be used: {0}")]
    HashCost(String),
    #[error("the setting {0} must be more than zero")]
    NotPositive(&'static str),
    #[error("the default locale {0:?} is not one of: en, pt-BR")]
    Locale(String),
}
