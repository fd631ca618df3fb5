//! The signature of notifications, as Stripe and the simulated provider make it:
//! `t=<unix seconds>,v1=<hex>[,v1=...]`, an HMAC-SHA256 over the time, a point and the raw body. Several
//! secrets are good during a rotation, and so are several signatures.

use feira_kernel::Time;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

pub(crate) const HEADER: &str = "feira-signature";
const TOLERANCE_SECONDS: i64 = 300;
/// More than any sender needs; each is compared with each secret.
const MAX_SIGNATURES: usize = 8;

/// Whether the one header of this name signs the body.
pub(crate) fn signs(
    headers: &[(String, String)],
    name: &str,
    body: &[u8],
    secrets: &[String],
    now: Time,
) -> bool {
    only(headers, name).is_some_and(|header| verify(header, body, secrets, now))
}

/// The value of the one header of this name.
pub(crate) fn only<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut named = headers.iter().filter(|(found, _)| found == name);
    match (named.next(), named.next()) {
        (Some((_, value)), None) => Some(value.trim()),
        _ => None,
    }
}

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

/// Of a whole text; hexadecimal, lower case.
pub(crate) fn of_text(text: &str, secret: &str) -> String {
    let mut mac = keyed(secret);
    mac.update(text.as_bytes());
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
    use std::slice;

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

    /// Headers that `stripe.WebhookSignature.generate_signature_header(body, secret, 1772452800)` of
    /// stripe 16.1.0 on PyPI made, for both secrets, and 301 seconds before; put together as they are
    /// while a secret is rolled.
    #[test]
    fn headers_that_stripes_own_library_made() {
        let body = "{\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"payment_intent.succeeded\",\
                    \"data\":{\"object\":{\"id\":\"pi_1\",\"object\":\"payment_intent\",\
                    \"description\":\"Caf\u{e9} \u{2014} a\u{e7}a\u{ed}\"}}}";
        let rolled = "t=1772452800,\
            v1=10e7a851cf79720fd74a9d7e39bc115cb6531ce4b6b713888015abe022fdf539,\
            v1=53d15a699edf7b9151a983adc2d42283b9f9bf6e8e292561466bc2803ddd16de,\
            v0=abababababababababababababababababababababababababababababababab";
        let old =
            "t=1772452499,v1=5633e7d812a2fceb67f4cea4d9b3676a5a4bc54434f24c933d676a518e34402d";
        let secrets = ["a1B2c3D4", "z9Y8x7W6"].map(|part| format!("whsec_{}", part.repeat(4)));
        for secret in &secrets {
            assert!(verify(
                rolled,
                body.as_bytes(),
                slice::from_ref(secret),
                NOW
            ));
        }
        let other = format!("whsec_{}", "x".repeat(32));
        assert!(!verify(rolled, body.as_bytes(), &[other], NOW));
        let spaced = body.replace(':', ": ");
        assert!(!verify(rolled, spaced.as_bytes(), &secrets, NOW));
        assert!(!verify(old, body.as_bytes(), &secrets, NOW));
        let then = NOW - Duration::seconds(1);
        assert!(verify(old, body.as_bytes(), &secrets, then));
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
