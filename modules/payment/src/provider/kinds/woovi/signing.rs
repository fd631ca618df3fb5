//! The signature of Woovi's notifications: `x-webhook-signature`, RSA (PKCS#1 1.5) with SHA-256 over the
//! raw body, in base64. It is by one key for all whom Woovi notifies, and signs neither a time nor an
//! address: one that was sent long ago, or to somebody else, is as good. So it says only where to look.

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::signature::{RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, UnparsedPublicKey};

use crate::{StartError, provider::pem, signature};

const SIGNATURE: &str = "x-webhook-signature";
const LABEL: &str = "PUBLIC KEY";
/// What Woovi publishes (`GET /api/v1/webhook/public-keys`); of 1024 bits.
const PUBLISHED: &str = "-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC/+NtIkjzevvqD+I3MMv3bLXDt
pvxBjY4BsRrSdca3rtAwMcRYYvxSnd7jagVLpctMiOxQO8ieUCKLSWHpsMAjO/zZ
WMKbqoG8MNpi/u3fp6zz0mcHCOSqYsPUUG19buW8bis5ZZ2IZgBObWSpTvJ0cnj6
HKBAA82Jln+lGwS1MwIDAQAB
-----END PUBLIC KEY-----
";

const SEQUENCE: u8 = 0x30;
const BIT_STRING: u8 = 0x03;
/// How DER names an algorithm: rsaEncryption, without parameters.
const RSA: &[u8] = &[
    0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
];

/// Of which any may sign: each an `RSAPublicKey` in DER.
pub(super) struct Keys(Vec<Vec<u8>>);

impl Keys {
    /// PEM, or the path of a file with it; empty: what is published.
    pub(super) fn read(setting: &str) -> Result<Self, StartError> {
        let given = if setting.is_empty() {
            PUBLISHED.as_bytes().to_vec()
        } else {
            pem::given("webhook_key", setting)?
        };
        let text = String::from_utf8(given).unwrap_or_default();
        let blocks = pem::blocks(&text, LABEL).unwrap_or_default();
        let keys = blocks.iter().map(|der| rsa(der).map(<[u8]>::to_vec));
        let keys: Option<Vec<_>> = keys.collect();
        match keys {
            Some(keys) if !keys.is_empty() => Ok(Self(keys)),
            _ => {
                let why = "it is no public key of RSA in PEM";
                Err(StartError::Unusable("webhook_key", why.to_owned()))
            }
        }
    }

    /// Whether the one header that there may be signs the body.
    pub(super) fn sign(&self, headers: &[(String, String)], body: &[u8]) -> bool {
        let signature = signature::only(headers, SIGNATURE);
        let Some(signature) = signature.and_then(|text| STANDARD.decode(text).ok()) else {
            return false;
        };
        self.0.iter().any(|key| {
            let key = UnparsedPublicKey::new(&RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, key);
            key.verify(body, &signature).is_ok()
        })
    }
}

/// The key in a `SubjectPublicKeyInfo` that is one of RSA.
fn rsa(der: &[u8]) -> Option<&[u8]> {
    let (info, rest) = element(der, SEQUENCE)?;
    let (algorithm, info) = element(info, SEQUENCE)?;
    let (bits, after) = element(info, BIT_STRING)?;
    let (unused, key) = bits.split_first()?;
    let (_, beyond) = element(key, SEQUENCE)?;
    let whole = rest.is_empty() && after.is_empty() && beyond.is_empty();
    (whole && *unused == 0 && algorithm == RSA).then_some(key)
}

/// What is in the first element, if it has this tag, and what comes after it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, rest) = der.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match *first {
        short @ 0..=0x7f => (usize::from(short), rest),
        0x81 => {
            let (length, rest) = rest.split_first()?;
            (usize::from(*length), rest)
        }
        0x82 => {
            let (length, rest) = rest.split_first_chunk::<2>()?;
            (usize::from(u16::from_be_bytes(*length)), rest)
        }
        _ => return None,
    };
    if *found == tag {
        rest.split_at_checked(length)
    } else {
        None
    }
}

#[cfg(test)]
#[path = "signing_tests.rs"]
mod tests;
