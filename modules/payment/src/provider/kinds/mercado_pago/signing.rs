//! The signature of Mercado Pago's notifications: `x-signature: ts=<time>,v1=<hex>`, an HMAC-SHA256 over
//! `id:<id>;request-id:<x-request-id>;ts:<time>;`, without what is absent. The body is not signed.

use feira_kernel::Time;
use subtle::ConstantTimeEq;

use crate::signature;

const SIGNATURE: &str = "x-signature";
const REQUEST: &str = "x-request-id";
const TOLERANCE_SECONDS: u64 = 300;
/// A time of more digits counts milliseconds: some senders do.
const MILLISECONDS: u64 = 100_000_000_000;

/// What is signed beside the id, if it is signed by one of the secrets and the time is near.
pub(super) fn signed(
    headers: &[(String, String)],
    id: &str,
    secrets: &[String],
    now: Time,
) -> Option<String> {
    let header = signature::only(headers, SIGNATURE)?;
    let request = match headers.iter().any(|(name, _)| name == REQUEST) {
        true => Some(signature::only(headers, REQUEST)?),
        false => None,
    };
    let (mut at, mut signature) = (None, None);
    for part in header.split(',') {
        let (name, value) = part.split_once('=')?;
        let kept = match name.trim() {
            "ts" => &mut at,
            "v1" => &mut signature,
            _ => continue,
        };
        if kept.replace(value.trim()).is_some() {
            return None;
        }
    }
    let (at, signature) = (at?, signature?);
    let time: u64 = at.parse().ok()?;
    let seconds = if time >= MILLISECONDS {
        time / 1000
    } else {
        time
    };
    let now = u64::try_from(now.unix_timestamp()).ok()?;
    if now.abs_diff(seconds) > TOLERANCE_SECONDS {
        return None;
    }
    let text = manifest(id, request, at);
    let mut good = false;
    for secret in secrets {
        let expected = signature::of_text(&text, secret);
        good |= bool::from(expected.as_bytes().ct_eq(signature.as_bytes()));
    }
    good.then(|| format!("{at}:{}", request.unwrap_or_default()))
}

fn manifest(id: &str, request: Option<&str>, at: &str) -> String {
    let mut text = String::new();
    if !id.is_empty() {
        text.push_str(&format!("id:{};", id.to_lowercase()));
    }
    if let Some(request) = request.filter(|request| !request.is_empty()) {
        text.push_str(&format!("request-id:{request};"));
    }
    text.push_str(&format!("ts:{at};"));
    text
}

#[cfg(test)]
mod tests {
    use time::{Duration, macros::datetime};

    use super::*;

    const NOW: Time = datetime!(2026-03-02 12:00 UTC);
    const REQUEST_ID: &str = "bb56a2f1-6aae-46ac-982e-9dcd3581d08e";
    const WHOLE: &str =
        "ts=1772452800,v1=6fccd865d61ee6b18037ccd2cf989f996686b7f040afd453d98bfb25f74fc81e";
    const ALONE: &str =
        "ts=1772452800,v1=50d78febf7079db8729c572e5afda2fe92faf388f9a729e016efe5c36e96c064";
    const LETTERS: &str =
        "ts=1772452800,v1=9f4c2fedb8732856893daa793dd34efd4d46747a01b951c8b42a70b87b353a93";
    const MILLIS: &str =
        "ts=1772452800123,v1=2d3f8dc7e0303a733076d53d948ce399a5e9fcc6ec50e96f7ea9cf6ab9d83a7f";

    fn secret() -> String {
        format!("feira-mp-{}", "s3cr3t-".repeat(4))
    }

    fn with(signature: &str, request: Option<&str>) -> Vec<(String, String)> {
        let mut headers = vec![(SIGNATURE.to_owned(), signature.to_owned())];
        headers.extend(request.map(|id| (REQUEST.to_owned(), id.to_owned())));
        headers
    }

    fn good(signature: &str, request: Option<&str>, id: &str, now: Time) -> bool {
        let secrets = ["x".repeat(32), secret()];
        signed(&with(signature, request), id, &secrets, now).is_some()
    }

    /// Made by `printf '<manifest>' | openssl dgst -sha256 -hmac <secret>`, and found valid by the
    /// `WebhookSignatureValidator` of mercadopago 3.6.1 on npm, but for the one in milliseconds.
    #[test]
    fn what_another_program_signed_is_good() {
        assert!(good(WHOLE, Some(REQUEST_ID), "123456789", NOW));
        assert!(good(ALONE, None, "123456789", NOW));
        assert!(good(LETTERS, Some(REQUEST_ID), "ORDER01abc", NOW));
        assert!(good(MILLIS, Some(REQUEST_ID), "123456789", NOW));
        let spaced = WHOLE.replace(",v1", " , v0=x, v1");
        assert!(good(&spaced, Some(REQUEST_ID), "123456789", NOW));
        let edge = NOW + Duration::seconds(300);
        assert!(good(WHOLE, Some(REQUEST_ID), "123456789", edge));
        let headers = with(WHOLE, Some(REQUEST_ID));
        let told = signed(&headers, "123456789", &[secret()], NOW);
        assert_eq!(told, Some(format!("1772452800:{REQUEST_ID}")));
    }

    #[test]
    fn everything_else_is_not() {
        let other = "3e1ea6ae-aaaa-46ac-982e-9dcd3581d08e";
        let (later, tomorrows) = (WHOLE.replace("800,", "801,"), WHOLE.replace("v1", "v2"));
        let (large, doubled) = (WHOLE.to_uppercase(), format!("{WHOLE},{WHOLE}"));
        for (signature, request, id) in [
            (WHOLE, Some(REQUEST_ID), "123456780"),
            (WHOLE, Some(REQUEST_ID), ""),
            (WHOLE, Some(other), "123456789"),
            (WHOLE, None, "123456789"),
            (ALONE, Some(REQUEST_ID), "123456789"),
            (later.as_str(), Some(REQUEST_ID), "123456789"),
            (tomorrows.as_str(), Some(REQUEST_ID), "123456789"),
            (large.as_str(), Some(REQUEST_ID), "123456789"),
            (doubled.as_str(), Some(REQUEST_ID), "123456789"),
            (&WHOLE[..14], Some(REQUEST_ID), "123456789"),
            ("ts=,v1=", Some(REQUEST_ID), "123456789"),
            ("", Some(REQUEST_ID), "123456789"),
        ] {
            assert!(!good(signature, request, id, NOW), "{signature} {id}");
        }
        for away in [Duration::seconds(301), Duration::seconds(-301)] {
            assert!(!good(WHOLE, Some(REQUEST_ID), "123456789", NOW + away));
        }
        let mut twice = with(WHOLE, Some(REQUEST_ID));
        twice.push(twice[0].clone());
        assert_eq!(signed(&twice, "123456789", &[secret()], NOW), None);
        assert_eq!(
            signed(&with(WHOLE, Some(REQUEST_ID)), "123456789", &[], NOW),
            None
        );
    }
}
