//! Access tokens: JWTs signed with Ed25519. The algorithm is fixed; the token's header does not choose
//! it.

use std::collections::HashMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{
    SigningKey, VerifyingKey,
    pkcs8::{
        DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, KeypairBytes,
        spki::der::pem::LineEnding,
    },
};
use feira_kernel::{Entropy, Surface, Time, UserId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{JwtKey, SessionId, StartError};

/// RFC 9068 type, so that other tokens signed with the same key are refused.
const TYPE: &str = "at+jwt";
/// Tolerated clock difference between replicas.
pub(crate) const LEEWAY_SECONDS: i64 = 30;
const MAX_LENGTH: usize = 2048;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    pub(crate) iss: String,
    pub(crate) aud: Surface,
    pub(crate) sub: UserId,
    pub(crate) sid: SessionId,
    pub(crate) iat: i64,
    pub(crate) nbf: i64,
    pub(crate) exp: i64,
    pub(crate) locale: String,
}

pub(crate) struct Keyring {
    header: Header,
    signing: EncodingKey,
    verifying: HashMap<String, DecodingKey>,
    validation: Validation,
}

impl Keyring {
    pub(crate) fn new(keys: &[JwtKey], issuer: &str) -> Result<Self, StartError> {
        let first = keys.first().ok_or(StartError::NoJwtKey)?;
        if issuer.is_empty() {
            return Err(StartError::Issuer);
        }
        let mut verifying = HashMap::new();
        for key in keys {
            let decoding = public_half(key)?;
            if verifying.insert(key.kid.clone(), decoding).is_some() {
                return Err(unusable(key, "another key has the same kid"));
            }
        }
        let signing = private_half(first)?;
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(first.kid.clone());
        Ok(Self {
            header,
            signing,
            verifying,
            validation: validation(issuer),
        })
    }

    pub(crate) fn sign(&self, claims: &Claims) -> Result<String, String> {
        jsonwebtoken::encode(&self.header, claims, &self.signing).map_err(|e| e.to_string())
    }

    /// Verifies a token and returns its claims.
    pub(crate) fn verify(&self, token: &str, now: Time) -> Option<Claims> {
        if token.len() > MAX_LENGTH {
            return None;
        }
        let header = jsonwebtoken::decode_header(token).ok()?;
        if header.typ.as_deref() != Some(TYPE) || names_its_own_key(&header) {
            return None;
        }
        let key = self.verifying.get(header.kid.as_deref()?)?;
        let claims: Claims = jsonwebtoken::decode(token, key, &self.validation)
            .ok()?
            .claims;
        let now = now.unix_timestamp();
        let started = claims.nbf.max(claims.iat) <= now.saturating_add(LEEWAY_SECONDS);
        let ended = claims.exp.saturating_add(LEEWAY_SECONDS) <= now;
        (started && !ended).then_some(claims)
    }
}

/// Makes a key pair for the composition root to keep.
pub fn generate_jwt_key(entropy: &Entropy) -> Result<JwtKey, StartError> {
    let key = SigningKey::from_bytes(&entropy.bytes());
    let public = key.verifying_key();
    let kid = URL_SAFE_NO_PAD.encode(&Sha256::digest(public.as_bytes())[..12]);
    let failed = |_| StartError::JwtKey {
        kid: kid.clone(),
        reason: "it cannot be written as PEM",
    };
    // Written without the public key, so that older OpenSSL can read it.
    let pair = KeypairBytes {
        secret_key: key.to_bytes(),
        public_key: None,
    };
    let private_pem = pair.to_pkcs8_pem(LineEnding::LF).map_err(failed)?;
    let public_pem = public
        .to_public_key_pem(LineEnding::LF)
        .map_err(|e| failed(e.into()))?;
    Ok(JwtKey {
        private_pem: private_pem.to_string(),
        public_pem,
        kid,
    })
}

fn validation(issuer: &str) -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_required_spec_claims(&["exp", "nbf", "aud", "iss", "sub"]);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&Surface::ALL.map(Surface::as_str));
    // The library would use the system clock; `verify` checks the times with the given one.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation
}

fn names_its_own_key(header: &Header) -> bool {
    header.jku.is_some()
        || header.jwk.is_some()
        || header.x5u.is_some()
        || header.x5c.is_some()
        || header.crit.is_some()
}

fn public_half(key: &JwtKey) -> Result<DecodingKey, StartError> {
    if key.kid.is_empty() || key.kid.len() > 64 {
        return Err(unusable(key, "its kid must have 1 to 64 characters"));
    }
    let public = VerifyingKey::from_public_key_pem(&key.public_pem)
        .map_err(|_| unusable(key, "the public half is no Ed25519 key in PEM"))?;
    Ok(DecodingKey::from_ed_der(public.as_bytes()))
}

fn private_half(key: &JwtKey) -> Result<EncodingKey, StartError> {
    let private = SigningKey::from_pkcs8_pem(&key.private_pem)
        .map_err(|_| unusable(key, "the private half is no Ed25519 key in PKCS#8 PEM"))?;
    let public = private.verifying_key().to_public_key_pem(LineEnding::LF);
    if public.is_ok_and(|pem| pem.trim() == key.public_pem.trim()) {
        EncodingKey::from_ed_pem(key.private_pem.as_bytes())
            .map_err(|_| unusable(key, "the private half cannot be read"))
    } else {
        Err(unusable(key, "the two halves do not belong together"))
    }
}

fn unusable(key: &JwtKey, reason: &'static str) -> StartError {
    StartError::JwtKey {
        kid: key.kid.clone(),
        reason,
    }
}

#[cfg(test)]
mod tests;
