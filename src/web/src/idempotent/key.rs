use actix_web::{HttpRequest, http::StatusCode};
use feira_kernel::{Actor, IdempotencyKey};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::error::Problem;

/// What the caller's key stands for in this request, if she sent one.
pub(super) fn sent(request: &HttpRequest, body: &[u8]) -> Result<Option<IdempotencyKey>, Problem> {
    Ok(key_of(request)?.map(|key| IdempotencyKey {
        route: request.match_pattern().unwrap_or_default(),
        fingerprint: fingerprint(request, body),
        key,
    }))
}

/// The same where nothing is done without a key.
pub(super) fn required(request: &HttpRequest, body: &[u8]) -> Result<IdempotencyKey, Problem> {
    sent(request, body)?.ok_or_else(|| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "request.idempotency_key_missing",
            "send an Idempotency-Key header, new for each purchase and the same for each repeat",
        )
    })
}

/// What the key that a page gave a form stands for: a form that is sent twice to its path has one
/// effect.
pub fn of_form(path: &str, key: &str, fields: &impl Serialize) -> Option<IdempotencyKey> {
    Some(IdempotencyKey {
        route: path.to_owned(),
        fingerprint: digest(path, "", &serde_json::to_vec(fields).ok()?),
        key: Uuid::try_parse(key).ok()?.to_string(),
    })
}

/// The caller's key, 1 to 255 characters, with or without the quotes of a structured field. One
/// that cannot be used is refused, also where none is needed.
pub(super) fn key_of(request: &HttpRequest) -> Result<Option<String>, Problem> {
    let mut sent = request.headers().get_all("idempotency-key");
    let Some(raw) = sent.next() else {
        return Ok(None);
    };
    let key = raw.to_str().unwrap_or_default().trim().trim_matches('"');
    let printable = key.bytes().all(|b| (0x20..0x7f).contains(&b));
    if key.is_empty() || key.len() > 255 || !printable || sent.next().is_some() {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "request.idempotency_key_invalid",
            "Idempotency-Key must be one header of 1 to 255 printable ASCII characters",
        ));
    }
    Ok(Some(key.to_owned()))
}

/// Whose the key is. Strangers have nothing to be told apart by.
pub(super) fn scope(actor: &Actor) -> Result<String, Problem> {
    match actor {
        Actor::Guest { token: None } | Actor::System { .. } => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "request.idempotency_key_unscoped",
            "an Idempotency-Key needs a caller: sign in, or send X-Cart-Token or X-Order-Token",
        )),
        caller => Ok(caller.caller()),
    }
}

/// A dry run and the real thing differ in the query only. Never changes: a repeat may come after
/// an upgrade.
fn fingerprint(request: &HttpRequest, body: &[u8]) -> String {
    digest(request.path(), request.query_string(), body)
}

fn digest(path: &str, query: &str, body: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(path);
    hash.update([0]);
    hash.update(query);
    hash.update([0]);
    hash.update(body);
    hex::encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_form_is_a_repeat_with_the_same_key_path_and_fields() {
        let key = "00000000-0000-0000-0000-000000000001";
        let first = of_form("/a", key, &["x"]);
        assert!(first.is_some());
        assert_eq!(of_form("/a", key, &["x"]), first);
        assert_ne!(of_form("/b", key, &["x"]), first);
        assert_ne!(of_form("/a", key, &["y"]), first);
        assert_eq!(of_form("/a", "typed", &["x"]), None);
    }

    #[test]
    fn a_fingerprint_is_that_of_release_0_1_0() {
        for (uri, body, known) in [
            (
                "/api/v1/carts",
                "",
                "289294591f96f75d26c00f9b48a8829cf5647a791909614e481cf36c6e8706ef",
            ),
            (
                "/api/v1/seller/imports?format=shopify&dry_run=true",
                "Handle\n",
                "581798a1ed0f5ff630d306b950ab466a5b1e7225cf550f9319e153ef56afdb51",
            ),
            (
                "/api/v1/seller/products/7/images?alt_text=a%20mug",
                "\u{0}\u{1}",
                "71279e2e77073f35bf1dc4e582456554f8e235500da18fef3d6029ed3d7bfb9b",
            ),
        ] {
            let request = TestRequest::with_uri(uri).to_http_request();
            assert_eq!(fingerprint(&request, body.as_bytes()), known, "{uri}");
        }
    }
}
