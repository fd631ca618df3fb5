//! Secrets that a table keeps and that are read again, such as the keys of an account elsewhere: sealed by
//! AES-256-GCM under a key that HKDF derives from the installation's for one purpose. Whoever has the
//! database, or a backup of it, and not the key, has nothing.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::{Entropy, Secret, token::TokenKey};

/// What a sealed text begins with: how it was sealed.
const VERSION: &str = "v1.";

/// Seals and opens for one purpose. During a rotation of the installation's key it opens what the previous
/// one sealed, too.
#[derive(Clone)]
pub struct Seal {
    keys: Vec<LessSafeKey>,
}

/// What was sealed.
#[derive(Debug)]
pub struct Opened {
    pub secret: Secret,
    /// Whether the previous key had sealed it: it is to be sealed anew.
    pub by_previous: bool,
}

/// It was sealed under a key that is not known here, for something else, or was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it was sealed under another key of the installation, or was changed")]
pub struct Unopenable;

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal(***)")
    }
}

impl Seal {
    #[allow(clippy::expect_used, reason = "a key of 32 bytes fits")]
    pub fn new(key: &TokenKey, purpose: &str) -> Self {
        let keys = key.subkeys(purpose).map(|key| {
            let key = UnboundKey::new(&AES_256_GCM, &key);
            LessSafeKey::new(key.expect("32 bytes"))
        });
        Self {
            keys: keys.collect(),
        }
    }

    /// It opens only with the same names of what it belongs to: moved to another row it is worthless. The
    /// nonce is random: fewer are sealed under one key than would ever give one twice.
    #[allow(
        clippy::expect_used,
        reason = "there is a key, and only what is longer than 64 GiB cannot be sealed"
    )]
    pub fn seal(&self, entropy: &Entropy, of: &[&str], secret: &str) -> String {
        let nonce: [u8; NONCE_LEN] = entropy.bytes();
        let mut text = secret.as_bytes().to_vec();
        let key = self.keys.first().expect("the present key");
        let unique = Nonce::assume_unique_for_key(nonce);
        let sealed = key.seal_in_place_append_tag(unique, Aad::from(named(of)), &mut text);
        sealed.expect("a short text");
        let whole = [&nonce[..], &text[..]].concat();
        format!("{VERSION}{}", URL_SAFE_NO_PAD.encode(whole))
    }

    pub fn open(&self, of: &[&str], sealed: &str) -> Result<Opened, Unopenable> {
        let text = sealed.strip_prefix(VERSION).ok_or(Unopenable)?;
        let whole = URL_SAFE_NO_PAD.decode(text).map_err(|_| Unopenable)?;
        let (nonce, text) = whole.split_first_chunk::<NONCE_LEN>().ok_or(Unopenable)?;
        let opened = self
            .keys
            .iter()
            .zip([false, true])
            .find_map(|(key, by_previous)| {
                let mut text = text.to_vec();
                let nonce = Nonce::assume_unique_for_key(*nonce);
                let plain = key.open_in_place(nonce, Aad::from(named(of)), &mut text);
                let plain = std::str::from_utf8(plain.ok()?).ok()?;
                let secret = Secret::new(plain);
                Some(Opened {
                    secret,
                    by_previous,
                })
            });
        opened.ok_or(Unopenable)
    }
}

/// Length-prefixed, so that no two lists of names collide.
fn named(of: &[&str]) -> Vec<u8> {
    let prefixed = of.iter().flat_map(|name| {
        let length = (name.len() as u64).to_be_bytes();
        length.into_iter().chain(name.bytes())
    });
    prefixed.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> TokenKey {
        TokenKey::new(vec![byte; 32]).unwrap()
    }

    #[test]
    fn what_was_sealed_opens_for_its_owner_alone() {
        let (seal, entropy) = (Seal::new(&key(1), "keys"), Entropy::seeded(1));
        let of = ["cards", "api_key"];
        for secret in ["", "sk_live_ação", &"x".repeat(10_000)] {
            let sealed = seal.seal(&entropy, &of, secret);
            assert!(secret.is_empty() || !sealed.contains(secret));
            let opened = seal.open(&of, &sealed).unwrap();
            assert_eq!(opened.secret.reveal(), secret);
            assert!(!opened.by_previous);
            assert!(!format!("{opened:?} {seal:?}").contains("sk_live"));
            // The same text twice is not the same sealed text.
            assert_ne!(seal.seal(&entropy, &of, secret), sealed);
            for other in [
                &["cardsa", "pi_key"][..],
                &["cards"][..],
                &["cards", "secret"][..],
            ] {
                assert_eq!(seal.open(other, &sealed).err(), Some(Unopenable));
            }
            for other in [Seal::new(&key(2), "keys"), Seal::new(&key(1), "totp")] {
                assert_eq!(other.open(&of, &sealed).err(), Some(Unopenable));
            }
            let cut = &sealed[..sealed.len() - 2];
            for broken in ["", "v1.", "v1.AAAA", cut, sealed.trim_start_matches("v1.")] {
                assert_eq!(seal.open(&of, broken).err(), Some(Unopenable), "{broken}");
            }
        }
    }

    #[test]
    fn what_the_key_before_sealed_is_read_and_said_to_be_old() {
        let entropy = Entropy::seeded(2);
        let before = Seal::new(&key(1), "keys").seal(&entropy, &["a"], "secret");
        let seal = Seal::new(&key(2).after(key(1)), "keys");
        let opened = seal.open(&["a"], &before).unwrap();
        assert!(opened.by_previous && opened.secret.reveal() == "secret");
        let anew = seal.seal(&entropy, &["a"], "secret");
        assert!(!seal.open(&["a"], &anew).unwrap().by_previous);
        let later = Seal::new(&key(2), "keys");
        assert_eq!(later.open(&["a"], &before).err(), Some(Unopenable));
        assert!(later.open(&["a"], &anew).is_ok());
    }
}
