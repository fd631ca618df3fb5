//! What several operations of the document name: credentials, headers and parameters.

use feira_kernel::{DEFAULT_LIMIT, MAX_LIMIT};
use utoipa::openapi::{
    Header, HeaderBuilder, KnownFormat, ObjectBuilder, Required, SchemaFormat, Type,
    path::{Parameter, ParameterBuilder, ParameterIn},
    security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};

/// How callers show who they are.
pub(super) fn schemes() -> [(&'static str, SecurityScheme); 5] {
    let bearer = |who: &str| {
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some(who));
        SecurityScheme::Http(bearer.build())
    };
    let token = |header: &str, opens: &str| {
        let value = ApiKeyValue::with_description(header, opens);
        SecurityScheme::ApiKey(ApiKey::Header(value))
    };
    [
        (
            "shop",
            bearer("Of a customer: log in with the audience `shop`."),
        ),
        (
            "seller",
            bearer("Of a store's member: log in with the audience `seller`."),
        ),
        (
            "admin",
            bearer("Of an operator: log in with the audience `admin`."),
        ),
        (
            "cart_token",
            token(
                "X-Cart-Token",
                "Of a guest: opens her cart, and the order made of it.",
            ),
        ),
        (
            "order_token",
            token("X-Order-Token", "Of a guest: opens her order."),
        ),
    ]
}

/// What an answer is that says no more of itself.
pub(super) fn success(method: &str, status: &str) -> &'static str {
    match (method, status) {
        (_, "201") => "It was made",
        ("GET", _) => "What was asked for",
        _ => "It was done",
    }
}

pub(super) fn location() -> (&'static str, Header) {
    ("Location", told("where it is", text_of(None)))
}

pub(super) fn etag() -> (&'static str, Header) {
    let text = "for `If-None-Match`, and, where it has a version, for `If-Match`";
    ("ETag", told(text, text_of(None)))
}

pub(super) fn link() -> (&'static str, Header) {
    let text = "`<...>; rel=\"next\"`: the next page, if there is one";
    ("Link", told(text, text_of(None)))
}

pub(super) fn replayed() -> (&'static str, Header) {
    let text = "`true` where the key had its answer already";
    ("Idempotent-Replayed", told(text, text_of(None)))
}

pub(super) fn told(description: &str, schema: ObjectBuilder) -> Header {
    HeaderBuilder::new()
        .description(Some(description))
        .schema(Some(schema))
        .build()
}

pub(super) fn limit() -> Parameter {
    let number = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(1_u32))
        .maximum(Some(MAX_LIMIT))
        .default(Some(DEFAULT_LIMIT.into()));
    parameter(ParameterIn::Query, "limit", "how many at most", number)
}

pub(super) fn cursor() -> Parameter {
    let text = "`next_cursor` of the page before";
    parameter(ParameterIn::Query, "cursor", text, text_of(None))
}

pub(super) fn bytes() -> ObjectBuilder {
    formatted(KnownFormat::Binary)
}

pub(super) fn id() -> ObjectBuilder {
    formatted(KnownFormat::Uuid)
}

fn formatted(format: KnownFormat) -> ObjectBuilder {
    text_of(None).format(Some(SchemaFormat::KnownFormat(format)))
}

pub(super) fn idempotency_key() -> Parameter {
    let text =
        "new for each request, the same for each repeat of it: the first answer is given again";
    header("Idempotency-Key", text, text_of(Some(255)))
}

pub(super) fn if_match() -> Parameter {
    let text = "the ETag of what was seen (of a variant, an image or a line that of the whole product or cart): what somebody changed meanwhile is left as it is, 412";
    header("If-Match", text, text_of(None))
}

pub(super) fn if_none_match() -> Parameter {
    let text = "the ETag of what is known: 304 if that is how it still is";
    header("If-None-Match", text, text_of(None))
}

pub(super) fn store_id() -> Parameter {
    let text = "which of her stores, for a member of several";
    header("X-Store-Id", text, id())
}

pub(super) fn text_of(most: Option<usize>) -> ObjectBuilder {
    let text = ObjectBuilder::new().schema_type(Type::String);
    text.max_length(most)
}

fn header(name: &str, description: &str, schema: ObjectBuilder) -> Parameter {
    parameter(ParameterIn::Header, name, description, schema)
}

fn parameter(
    place: ParameterIn,
    name: &str,
    description: &str,
    schema: ObjectBuilder,
) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}
