//! Refusals: for each status one, and one for each module that has an error of it, with an example; and what some have
//! beside what all have.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use feira_web::error::Problem;
use serde_json::{Value, json};
use utoipa::openapi::{
    ArrayBuilder, ContentBuilder, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder, Type,
};

use super::{
    owners::Owner,
    shared::{id, text_of, told},
};

/// What each means, and a code that no module has to it.
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
    (403, "request.forbidden", "The caller may not do this"),
    (
        404,
        "request.not_found",
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

/// The refusals that operations refer to, by their names.
#[derive(Default)]
pub(super) struct Refusals(BTreeMap<String, RefOr<Response>>);

impl Refusals {
    /// The reference to this one of an operation: with an error of the module that it is about, if that has one of the
    /// status.
    pub(super) fn refer(&mut self, path: &str, status: u16) -> Ref {
        let owner = Owner::of(path);
        let mut errors = owner.errors().into_iter();
        let own = errors.find(|error| error.status.as_u16() == status);
        let name = match own {
            Some(_) => format!("{}Problem{status}", owner.name()),
            None => format!("Problem{status}"),
        };
        let reference = Ref::from_response_name(&name);
        let instance = owner.instance();
        let response = || response(status, own, instance).into();
        self.0.entry(name).or_insert_with(response);
        reference
    }

    pub(super) fn into_responses(self) -> BTreeMap<String, RefOr<Response>> {
        self.0
    }
}

fn response(status: u16, own: Option<Problem>, instance: &str) -> Response {
    let mut known = PROBLEMS.iter();
    let found = known.find(|(known, ..)| *known == status);
    let &(_, code, description) = found.expect("every status that is answered");
    let problem = own.unwrap_or_else(|| {
        let status = StatusCode::from_u16(status).expect("a status");
        Problem::new(status, code, description)
    });
    let body = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("ProblemBody")))
        .example(Some(example(&problem, instance)));
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
    response.build()
}

fn example(problem: &Problem, instance: &str) -> Value {
    let errors = problem.errors.iter();
    let errors = errors
        .map(|error| json!({"pointer": error.pointer, "code": error.code, "detail": error.detail}));
    json!({
        "type": format!("urn:feira:problem:{}", problem.code),
        "title": problem.status.canonical_reason(),
        "status": problem.status.as_u16(),
        "detail": problem.detail,
        "instance": instance,
        "code": problem.code,
        "request_id": "0198f6a0-7c1e-7d3a-9b52-5f0e8c6d4a23",
        "errors": errors.collect::<Vec<_>>(),
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
