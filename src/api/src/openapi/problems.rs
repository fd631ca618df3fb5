//! Refusals: one for each status, with an example, and what some have beside what all have.

use actix_web::http::StatusCode;
use serde_json::{Value, json};
use utoipa::openapi::{
    ArrayBuilder, ContentBuilder, ObjectBuilder, Ref, Response, ResponseBuilder, Type,
};

use super::shared::{id, text_of, told};

/// Each with one of its codes.
const PROBLEMS: &[(u16, &str, &str)] = &[
    (
        400,
        "request.malformed_json",
        "The query, a header or the JSON cannot be read",
    ),
    (
        401,
        "request.unauthenticated",
        "No credential, or one that is not good here",
    ),
    (403, "store.forbidden", "The caller may not do this"),
    (
        404,
        "cart.not_found",
        "There is no such thing for this caller",
    ),
    (408, "request.too_slow", "The body came too slowly"),
    (
        409,
        "request.idempotency_key_running",
        "The state of things does not allow it, or a request with the same key is still running",
    ),
    (
        412,
        "cart.version_mismatch",
        "It was changed since the version that `If-Match` names",
    ),
    (413, "request.too_large", "The body is too large"),
    (
        415,
        "request.unsupported_media_type",
        "The body is of another type",
    ),
    (
        422,
        "request.invalid_value",
        "Fields that are not acceptable, or a key that was used for another request",
    ),
    (
        429,
        "user.too_many_tries",
        "Too many; `Retry-After` says when to come again",
    ),
    (
        503,
        "request.unavailable",
        "Not now; `Retry-After` says when to come again",
    ),
];

/// The refusals, each for its status.
pub(super) fn responses() -> impl Iterator<Item = (u16, Response)> {
    PROBLEMS.iter().map(|&(status, code, description)| {
        let body = ContentBuilder::new()
            .schema(Some(Ref::from_schema_name("ProblemBody")))
            .example(Some(example(status, code, description)));
        let response = ResponseBuilder::new()
            .description(description)
            .content("application/problem+json", body.build());
        let seconds = || {
            let seconds = ObjectBuilder::new().schema_type(Type::Integer);
            told("seconds until it is worth another try", seconds)
        };
        let response = match status {
            401 => response.header("WWW-Authenticate", told("`Bearer`", text_of(None))),
            409 | 429 | 503 => response.header("Retry-After", seconds()),
            _ => response,
        };
        (status, response.build())
    })
}

/// Under which a refusal stands in the components.
pub(super) fn name_of(status: u16) -> String {
    format!("Problem{status}")
}

fn example(status: u16, code: &str, description: &str) -> Value {
    let known = StatusCode::from_u16(status).ok();
    let errors = match status {
        422 => json!([{"pointer": "/quantity", "code": code, "detail": "must be 1 to 999"}]),
        _ => json!([]),
    };
    json!({
        "type": format!("urn:feira:problem:{code}"),
        "title": known.and_then(|status| status.canonical_reason()),
        "status": status,
        "detail": description,
        "instance": "/api/v1/carts/0198f6a0-7c1e-7d3a-9b52-5f0e8c6d4a21/items",
        "code": code,
        "request_id": "0198f6a0-7c1e-7d3a-9b52-5f0e8c6d4a23",
        "errors": errors,
    })
}

/// What the problems of some codes have, for the caller to go on with.
pub(super) fn details() -> ObjectBuilder {
    let money = || Ref::from_schema_name("MoneyView");
    let count = || {
        let number = ObjectBuilder::new().schema_type(Type::Integer);
        number.minimum(Some(0_u32))
    };
    let shortage = ObjectBuilder::new()
        .schema_type(Type::Object)
        .property("variant", id())
        .required("variant")
        .property("requested", count())
        .required("requested")
        .property("available", count())
        .required("available");
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some("With some codes, for the caller to go on with."))
        .property("cart", Ref::from_schema_name("CartView"))
        .property("maximum", money())
        .property("minimum", money())
        .property("order_id", id())
        .property("parameter", text_of(None))
        .property(
            "problems",
            ArrayBuilder::new().items(Ref::from_schema_name("CartProblemView")),
        )
        .property("shortages", ArrayBuilder::new().items(shortage))
        .property("state", text_of(None))
        .property("store_ids", ArrayBuilder::new().items(id()))
}
