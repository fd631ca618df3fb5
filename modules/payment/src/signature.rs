//! The signature of notifications: `t=<unix seconds>,v1=<hex>[,v1=...]`, an HMAC-SHA256 over the
//! time, a point and the raw body. Several secrets are good during a rotation.

use feira_kernel::Time;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

pub(crate) const HEADER: &str = "feira-signature";
const TOLERANCE_SECONDS: i64 = 300;
/// More than any sender needs; each is compared with each secret.
const MAX_SIGNATURES: usize = 8;

/// Whether any signature is by any of the secrets, and the time is near.
pub(crate) fn verify(header: &str, body: &[u8], secrets: &[String], now: Time) -> bool {
    let mut at = None;
    let mut signatures = Vec::new();
    for part in header.split(',') {
        match part.trim().split_once('=') {
            Some(("t", value)) if at.is_none() => at = Some(value),
            Some(("t", _)) => return false,
            Some(("v1", value)) => signatures.push(value),
            _ => {}
        }
    }
    let Some(at) = at else { return false };
    let Ok(seconds) = at.parse::<i64>() else {
        return false;
    };
    let age = now.unix_timestamp().saturating_sub(seconds);
    if age.saturating_abs() > TOLERANCE_SECONDS || signatures.len() > MAX_SIGNATURES {
        return false;
    }
    let mut good = false;
    for secret in secrets {
        let expected = sign(at, body, secret);
        for signature in &signatures {
            good |= bool::from(expected.as_bytes().ct_eq(signature.as_bytes()));
        }
    }
    good
}

/// Hexadecimal, lower case.
fn sign(at: &str, body: &[u8], secret: &str) -> String {
    let mut mac = keyed(secret);
    mac.update(at.as_bytes());
    mac.update(b".");
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

#[allow(clippy::expect_used, reason = "HMAC takes a key of any length")]
fn keyed(secret: &str) -> Hmac<Sha256> {
    Hmac::new_from_slice(secret.as_bytes()).expect("any length")
}

/// The header that a provider sends.
#[cfg(any(test, feature = "testing"))]
pub(crate) fn header(at: Time, body: &[u8], secret: &str) -> String {
    let at = at.unix_timestamp().to_string();
    format!("t={at},v1={}", sign(&at, body, secret))
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;

    const BODY: &[u8] = br#"{"id":"evt_1"}"#;
    const NOW: Time = time::macros::datetime!(2026-03-02 12:00 UTC);

    fn secrets() -> Vec<String> {
        vec!["n".repeat(32), "o".repeat(32)]
    }

    fn good(header: &str) -> bool {
        verify(header, BODY, &secrets(), NOW)
    }

    #[test]
    fn a_known_signature() {
        let secret = "0".repeat(32);
        let header = header(NOW, b"{}", &secret);
        insta::assert_snapshot!(header);
        assert!(verify(&header, b"{}", &[secret], NOW));
    }

    #[test]
    fn any_signature_by_any_secret_is_good() {
        for secret in secrets() {
            assert!(good(&header(NOW, BODY, &secret)));
        }
        let old = header(NOW, BODY, &secrets()[1]);
        assert!(good(&old.replace(",v1=", ",v0=x,v1=00,v1=")));
    }

    #[test]
    fn everything_else_is_not() {
        let right = header(NOW, BODY, &secrets()[0]);
        let (t, v1) = right.split_once(',').unwrap();
        for bad in [
            "",
            "t=",
            t,
            v1,
            "t=x,v1=00",
            &right[..right.len() - 1],
            &right.to_uppercase(),
            &format!("{right},{t}"),
            &header(NOW, BODY, &"x".repeat(32)),
            &header(NOW, b"{}", &secrets()[0]),
            &header(NOW - Duration::seconds(301), BODY, &secrets()[0]),
            &header(NOW + Duration::seconds(301), BODY, &secrets()[0]),
            &format!("t={},{v1}", NOW.unix_timestamp() + 1),
            &format!("t={},{v1}", i64::MIN),
        ] {
            assert!(!good(bad), "{bad}");
        }
        assert!(good(&header(
            NOW - Duration::seconds(300),
            BODY,
            &secrets()[0]
        )));
        assert!(!verify(&right, BODY, &[], NOW));
        let many = format!("{t}{}", format!(",{v1}").repeat(9));
        assert!(!good(&many));
    }
}
