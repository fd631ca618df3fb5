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
            "send an Idempotency-Key header, new for each request and the same for each repeat of it",
        )
    })
}

/// What the key that a page gave a form stands for: a form that is sent twice to its path has one
/// effect.
pub fn of_form(
    request: &HttpRequest,
    key: &str,
    fields: &impl Serialize,
) -> Option<IdempotencyKey> {
    of_upload(request, key, &serde_json::to_vec(fields).ok()?)
}

/// The same of a form that is a file.
pub fn of_upload(request: &HttpRequest, key: &str, file: &[u8]) -> Option<IdempotencyKey> {
    Some(IdempotencyKey {
        route: request.match_pattern().unwrap_or_default(),
        fingerprint: digest(request.path(), "", file),
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

/// A dry run and the real thing differ in the query only.
fn fingerprint(request: &HttpRequest, body: &[u8]) -> String {
    digest(request.path(), request.query_string(), body)
}

/// Never changes, and neither do the routes that keys are kept under: a repeat may come after an
/// upgrade.
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
    use std::sync::{Arc, Mutex};

    use actix_web::{
        App, HttpResponse,
        test::{TestRequest, call_service, init_service},
        web::post,
    };

    use super::*;

    async fn sent_form(path: &str, key: &'static str, field: &'static str) -> IdempotencyKey {
        let kept = Arc::new(Mutex::new(None));
        let keep = kept.clone();
        let handle = move |request: HttpRequest| {
            *keep.lock().expect("no panic") = of_form(&request, key, &[field]);
            std::future::ready(HttpResponse::Ok().finish())
        };
        let app = App::new().route("/things/{id}", post().to(handle));
        let app = init_service(app).await;
        let request = TestRequest::post().uri(path).to_request();
        assert!(call_service(&app, request).await.status().is_success());
        kept.lock().expect("no panic").clone().expect("a key")
    }

    #[actix_web::test]
    async fn a_form_is_a_repeat_with_the_same_key_path_and_fields() {
        let key = "00000000-0000-0000-0000-000000000001";
        let first = sent_form("/things/1", key, "x").await;
        assert_eq!(sent_form("/things/1", key, "x").await, first);
        assert_eq!(sent_form("/things/1?y=2", key, "x").await, first);
        assert_ne!(sent_form("/things/2", key, "x").await, first);
        assert_ne!(sent_form("/things/1", key, "y").await, first);
        let request = TestRequest::default().to_http_request();
        assert_eq!(of_form(&request, "typed", &["x"]), None);
    }

    #[actix_web::test]
    async fn a_form_is_kept_under_the_pattern_of_its_route() {
        let key = "00000000-0000-0000-0000-000000000001";
        let kept = IdempotencyKey {
            route: "/things/{id}".to_owned(),
            key: key.to_owned(),
            fingerprint: "f6cef4cd29b756cd3d1e0f9aaea2ee51a1e3d344d3ae8d9e15494200a9f11232"
                .to_owned(),
        };
        assert_eq!(sent_form("/things/1", key, "x").await, kept);
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
