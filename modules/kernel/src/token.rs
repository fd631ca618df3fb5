//! Opaque tokens: random ones of which only the hash is kept, and derived ones that anybody
//! with the key can make again (so that no secret need lie in a table or an event).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::Entropy;

/// SHA-256 of a token, in base64url: what tables and [`crate::Actor`] hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TokenHash(pub String);

impl TokenHash {
    pub fn of(token: &str) -> Self {
        Self(URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes())))
    }
}

impl From<TokenHash> for sea_orm::Value {
    fn from(hash: TokenHash) -> Self {
        hash.0.into()
    }
}

/// A new token of 256 random bits.
pub fn random(entropy: &Entropy) -> String {
    URL_SAFE_NO_PAD.encode(entropy.bytes::<32>())
}

/// A key that signs derived tokens, links and requests. Has no `Debug` that shows it.
#[derive(Clone)]
pub struct TokenKey(Vec<u8>);

impl std::fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenKey(***)")
    }
}

impl TokenKey {
    /// At least 32 bytes.
    pub fn new(bytes: Vec<u8>) -> Option<Self> {
        (bytes.len() >= 32).then_some(Self(bytes))
    }

    /// HMAC-SHA256 over length-prefixed parts, so that no two lists of parts collide.
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.start();
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// `<id>.<mac>`: bound to a purpose and to the value that it confirms.
    pub fn derive(&self, purpose: &str, id: Uuid, value: &str) -> String {
        let mac = self.mac(&[purpose.as_bytes(), id.as_bytes(), value.as_bytes()]);
        format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(id.as_bytes()),
            URL_SAFE_NO_PAD.encode(mac)
        )
    }

    /// The id inside a derived token, not yet verified: to look up the value.
    pub fn id_of(token: &str) -> Option<Uuid> {
        let (id, _) = token.split_once('.')?;
        Uuid::from_slice(&URL_SAFE_NO_PAD.decode(id).ok()?).ok()
    }

    /// Whether the token is the one for this purpose, id and value; in constant time.
    pub fn verify(&self, token: &str, purpose: &str, id: Uuid, value: &str) -> bool {
        use subtle::ConstantTimeEq;
        self.derive(purpose, id, value)
            .as_bytes()
            .ct_eq(token.as_bytes())
            .into()
    }

    #[allow(clippy::expect_used, reason = "HMAC takes a key of any length")]
    fn start(&self) -> Hmac<Sha256> {
        Hmac::new_from_slice(&self.0).expect("any length")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_derived_token_is_bound_to_purpose_id_and_value() {
        let key = TokenKey::new(vec![7; 32]).unwrap();
        let id = Uuid::from_u128(5);
        let token = key.derive("verify_email", id, "a@b.example");
        assert_eq!(TokenKey::id_of(&token), Some(id));
        assert!(key.verify(&token, "verify_email", id, "a@b.example"));
        assert!(!key.verify(&token, "reset_password", id, "a@b.example"));
        assert!(!key.verify(&token, "verify_email", Uuid::from_u128(6), "a@b.example"));
        assert!(!key.verify(&token, "verify_email", id, "c@b.example"));
        assert!(!key.verify("", "verify_email", id, "a@b.example"));
        assert!(TokenKey::new(vec![7; 31]).is_none());
    }
}
