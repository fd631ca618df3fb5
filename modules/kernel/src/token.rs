//! Opaque tokens: random ones of which only the hash is stored, and ones derived from a key, which can
//! be derived again, so that no secret is stored in a table or an event.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hkdf::Hkdf;
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
    text(&entropy.bytes::<32>())
}

/// A new or derived secret as letters, digits, `-` and `_`.
pub(crate) fn text(bytes: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A key that signs derived tokens, links and requests, and from which other keys are derived. During a
/// rotation the previous key still verifies. Its `Debug` does not show it.
#[derive(Clone)]
pub struct TokenKey {
    bytes: Vec<u8>,
    previous: Option<Vec<u8>>,
}

impl std::fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenKey(***)")
    }
}

impl TokenKey {
    /// At least 32 bytes.
    pub fn new(bytes: Vec<u8>) -> Option<Self> {
        let previous = None;
        (bytes.len() >= 32).then_some(Self { bytes, previous })
    }

    /// Also accepts what the previous key signed.
    #[must_use]
    pub fn after(mut self, previous: Self) -> Self {
        self.previous = Some(previous.bytes);
        self
    }

    /// HMAC-SHA256 over length-prefixed parts, so that no two lists of parts collide.
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        mac(&self.bytes, parts)
    }

    /// A key for another purpose, by HKDF (RFC 5869); it reveals nothing of this one.
    pub fn subkey(&self, label: &str) -> [u8; 32] {
        expanded(&self.bytes, label)
    }

    /// [`Self::subkey`] of this key, then of the previous one, if it is named.
    pub(crate) fn subkeys(&self, label: &str) -> impl Iterator<Item = [u8; 32]> {
        self.keys().map(|key| expanded(key, label))
    }

    /// `<id>.<mac>`: bound to a purpose and to the value that it confirms.
    pub fn derive(&self, purpose: &str, id: Uuid, value: &str) -> String {
        derived(&self.bytes, purpose, id, value)
    }

    /// The derived token with this stored hash, by this or the previous key; `None` if it was derived
    /// with any other.
    pub fn derive_kept(
        &self,
        purpose: &str,
        id: Uuid,
        value: &str,
        kept: &TokenHash,
    ) -> Option<String> {
        self.keys()
            .map(|key| derived(key, purpose, id, value))
            .find(|token| TokenHash::of(token) == *kept)
    }

    fn keys(&self) -> impl Iterator<Item = &Vec<u8>> {
        [Some(&self.bytes), self.previous.as_ref()]
            .into_iter()
            .flatten()
    }

    /// The id inside a derived token, not yet verified: to look up the value.
    pub fn id_of(token: &str) -> Option<Uuid> {
        let (id, _) = token.split_once('.')?;
        Uuid::from_slice(&URL_SAFE_NO_PAD.decode(id).ok()?).ok()
    }

    /// Whether the token is the one for this purpose, id and value; in constant time.
    pub fn verify(&self, token: &str, purpose: &str, id: Uuid, value: &str) -> bool {
        use subtle::ConstantTimeEq;
        self.keys().any(|key| {
            let right = derived(key, purpose, id, value);
            right.as_bytes().ct_eq(token.as_bytes()).into()
        })
    }
}

#[allow(clippy::expect_used, reason = "32 bytes are not too many for SHA-256")]
fn expanded(key: &[u8], label: &str) -> [u8; 32] {
    let mut expanded = [0; 32];
    let derived = Hkdf::<Sha256>::new(None, key).expand(label.as_bytes(), &mut expanded);
    derived.expect("at most 255 times 32 bytes");
    expanded
}

fn derived(key: &[u8], purpose: &str, id: Uuid, value: &str) -> String {
    let mac = mac(key, &[purpose.as_bytes(), id.as_bytes(), value.as_bytes()]);
    format!("{}.{}", URL_SAFE_NO_PAD.encode(id.as_bytes()), text(&mac))
}

#[allow(clippy::expect_used, reason = "HMAC takes a key of any length")]
fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
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

    #[test]
    fn what_the_key_before_signed_is_good_while_it_is_named() {
        let key = |byte| TokenKey::new(vec![byte; 32]).unwrap();
        let id = Uuid::from_u128(5);
        let old = key(1).derive("csrf", id, "");
        assert!(!key(2).verify(&old, "csrf", id, ""));
        let moved = key(2).after(key(1));
        assert!(moved.verify(&old, "csrf", id, ""));
        assert_eq!(moved.derive("csrf", id, ""), key(2).derive("csrf", id, ""));
        assert!(!moved.verify(&key(3).derive("csrf", id, ""), "csrf", id, ""));
        let kept = |token: &str| moved.derive_kept("csrf", id, "", &TokenHash::of(token));
        let new = moved.derive("csrf", id, "");
        assert_eq!([kept(&old), kept(&new)], [Some(old), Some(new)]);
        assert_eq!(kept("another key's"), None);
    }

    /// HKDF-SHA256 of RFC 5869, appendix A.3 has an empty salt and an empty label.
    #[test]
    fn a_subkey_is_that_of_the_standard() {
        let key = TokenKey {
            bytes: vec![0x0b; 22],
            previous: None,
        };
        assert_eq!(
            hex::encode(key.subkey("")),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
        );
        assert_ne!(key.subkey("a"), key.subkey("b"));
    }
}
