use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::StatusCode,
    web::{Bytes, Data},
};
use feira_kernel::FieldError;
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    Extracted,
    faults::{escaped, faults, invalid, missing, unknown},
    media_type, read,
};
use crate::{error::Problem, state::AppState};

/// A JSON body, with the bytes that it came from (for the idempotency fingerprint).
pub struct Body<T> {
    pub value: T,
    pub bytes: Bytes,
}

/// A JSON body that may be left out.
pub struct MaybeBody<T>(pub T);

impl<T: Default + DeserializeOwned + ToSchema + 'static> FromRequest for MaybeBody<T> {
    type Error = Problem;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let limit = limit(request);
        let json = is_json(&media_type(request.headers()));
        let payload = payload.take();
        Box::pin(async move {
            let bytes = read(payload, limit).await?;
            let nothing = bytes.is_empty() || (json && bytes.trim_ascii() == b"null");
            match (nothing, json) {
                (true, _) => Ok(Self(T::default())),
                (false, true) => parse(&bytes).map(Self),
                (false, false) => Err(not_json()),
            }
        })
    }
}

impl<T: DeserializeOwned + ToSchema + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let limit = limit(request);
        let json = is_json(&media_type(request.headers()));
        let payload = payload.take();
        Box::pin(async move {
            if !json {
                return Err(not_json());
            }
            let bytes = read(payload, limit).await?;
            let value = parse(&bytes)?;
            Ok(Self { value, bytes })
        })
    }
}

fn limit(request: &HttpRequest) -> usize {
    let state = request.app_data::<Data<AppState>>();
    state.map_or(262_144, |s| s.settings.max_json_bytes)
}

fn not_json() -> Problem {
    Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "request.unsupported_media_type",
        "send the body as application/json",
    )
}

fn is_json(media_type: &str) -> bool {
    ["application/json", "application/merge-patch+json"].contains(&media_type)
}

/// A field of a merge patch (RFC 7396): an absent one stays, and null is a value as others are,
/// which a field that is never empty does not take. For `#[serde(default, deserialize_with)]`; a
/// field that can be emptied is an `Option<Option<T>>`.
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

fn parse<T: DeserializeOwned + ToSchema>(bytes: &[u8]) -> Result<T, Problem> {
    // Every body is an object; the fields of one could else be told by their places in a list.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        let why = "the body must be an object";
        return Err(Problem::field("request.invalid_value", "", why));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let pointer = pointer(error.path());
        let first = field(&pointer, &error.into_inner().to_string());
        // Not by the kind of the error: a null where a word is due counts as one of syntax.
        match serde_json::from_slice(bytes) {
            Ok(body) => Problem::fields(all_faults::<T>(&body, first)),
            Err(_) => Problem::new(
                StatusCode::BAD_REQUEST,
                "request.malformed_json",
                "the body is not valid JSON",
            ),
        }
    })?;
    deserializer.end().map_err(|_| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "request.malformed_json",
            "there is something after the JSON body",
        )
    })?;
    Ok(value)
}

/// The fault at which serde stopped and those that the schema finds, which names a place more closely.
fn all_faults<T: ToSchema>(body: &Value, first: FieldError) -> Vec<FieldError> {
    let mut all = faults::<T>(body);
    let is_below = |one: &str, other: &str| {
        let rest = one.strip_prefix(other);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let mut pointers = all.iter().map(|fault| fault.pointer.as_str());
    if !pointers.any(|one| is_below(one, &first.pointer) || is_below(&first.pointer, one)) {
        all.insert(0, first);
    }
    all
}

/// A refused field: what serde says, without its position in the text.
fn field(pointer: &str, message: &str) -> FieldError {
    let message = message.split(" at line ").next().unwrap_or_default();
    let quoted = escaped(message.split('`').nth(1).unwrap_or_default());
    if message.starts_with("unknown field") {
        if pointer.ends_with(&format!("/{quoted}")) {
            unknown(pointer)
        } else {
            unknown(format!("{pointer}/{quoted}"))
        }
    } else if message.starts_with("missing field") {
        missing(format!("{pointer}/{quoted}"))
    } else {
        invalid(pointer, message)
    }
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } | Segment::Enum { variant: key } => {
                pointer.push('/');
                pointer.push_str(&escaped(key));
            }
            Segment::Unknown => {}
        }
    }
    pointer
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_told_by_their_names() {
        #[derive(Debug, Deserialize, ToSchema)]
        struct Line {
            quantity: u32,
        }
        let read = |body: &str| parse::<Line>(body.as_bytes()).map(|line| line.quantity);
        assert_eq!(read(r#"{"quantity": 2}"#).expect("an object"), 2);
        for body in ["[2]", " \n[2]", "[]", "2", "null", "{}", ""] {
            read(body).expect_err(body);
        }
    }

    #[derive(Debug, Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "it is read, not used")]
    struct Order {
        id: uuid::Uuid,
        name: String,
        count: u8,
        note: Option<String>,
        #[serde(default, deserialize_with = "given")]
        #[schema(nullable = false)]
        tags: Option<Vec<String>>,
        #[serde(default, deserialize_with = "given")]
        #[schema(value_type = Option<String>)]
        brand: Option<Option<String>>,
        lines: Vec<Part>,
        pay: Option<Pay>,
    }

    #[derive(Debug, Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "it is read, not used")]
    struct Part {
        sku: String,
        word: Word,
    }

    #[derive(Debug, Deserialize, ToSchema)]
    #[serde(rename_all = "snake_case")]
    enum Word {
        Red,
        Blue,
    }

    #[derive(Debug, Deserialize, ToSchema)]
    #[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
    #[allow(dead_code, reason = "it is read, not used")]
    enum Pay {
        Pix {},
        Card { token: String },
    }

    #[test]
    fn all_faults_of_a_body_are_told_at_once() {
        let (known, nil) = ("00000000-0000-7000-8000-000000000000", Value::Null);
        let whole = json!({"id": known, "name": "a", "count": 1, "lines": [], "brand": nil});
        for (change, pointers) in [
            (json!({}), &[][..]),
            (json!({"note": nil, "pay": nil, "tags": []}), &[]),
            (json!({"tags": nil}), &["/tags"]),
            (json!({"count": 256, "x": 1}), &["/count", "/x"]),
            (
                json!({"id": "1", "name": 2, "count": "3", "note": [], "a/b~c": 1}),
                &["/a~1b~0c", "/count", "/id", "/name", "/note"],
            ),
            (
                json!({"lines": [{"sku": "a", "word": "red"}, {"word": "green"}, 1]}),
                &["/lines/1/sku", "/lines/1/word", "/lines/2"],
            ),
            (
                json!({"pay": {"method": "pix", "token": "t"}}),
                &["/pay/token"],
            ),
            (json!({"pay": {"method": "card"}}), &["/pay/token"]),
            (
                json!({"pay": {"method": "gold"}, "name": nil}),
                &["/name", "/pay/method"],
            ),
            (json!({"pay": {}}), &["/pay/method"]),
            (json!({"pay": "pix"}), &["/pay"]),
        ] {
            let mut body = whole.clone();
            for (name, value) in change.as_object().expect("an object") {
                body[name] = value.clone();
            }
            let read = parse::<Order>(body.to_string().as_bytes());
            let errors = read.map_or_else(|problem| problem.errors, |_| Vec::new());
            let mut found: Vec<&str> = errors.iter().map(|e| &*e.pointer).collect();
            found.sort_unstable();
            assert_eq!(found, pointers, "{change}");
        }
        let empty = parse::<Order>(b"{}").expect_err("nothing is there");
        let pointers: Vec<_> = empty.errors.iter().map(|e| &*e.pointer).collect();
        assert_eq!(pointers, ["/id", "/name", "/count", "/lines"]);
        assert_eq!(empty.code, "request.missing_field");
        let many: Vec<usize> = (0..9_999).collect();
        let many = json!({"lines": many}).to_string();
        let told = parse::<Order>(many.as_bytes()).expect_err("numbers are no lines");
        assert!(told.errors.len() < 200, "{}", told.errors.len());
    }
}
