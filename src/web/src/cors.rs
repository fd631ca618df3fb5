//! Which shops on other origins a browser lets call the API. None unless configured; never with
//! cookies, which the API does not read.

use actix_cors::Cors;
use actix_web::http::Method;

/// How long a browser remembers what it was told.
const SECONDS: usize = 3_600;

const METHODS: [Method; 6] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
];

/// What a shop may send beside what every page may.
const ALLOWED: [&str; 8] = [
    "authorization",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "x-cart-token",
    "x-order-token",
    "x-store-id",
];

/// What a shop may read beside what every page may.
const EXPOSED: [&str; 7] = [
    "allow",
    "etag",
    "idempotent-replayed",
    "link",
    "location",
    "retry-after",
    "x-request-id",
];

/// For the origins of `server.cors_origins`; `*` is any.
pub fn allow(origins: &[String]) -> Cors {
    let cors = Cors::default()
        .allowed_methods(METHODS)
        .allowed_headers(ALLOWED)
        .expose_headers(EXPOSED)
        .max_age(SECONDS);
    if origins.iter().any(|origin| origin == "*") {
        return cors.allow_any_origin().send_wildcard();
    }
    origins
        .iter()
        .fold(cors, |cors, origin| cors.allowed_origin(origin))
}
