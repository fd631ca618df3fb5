//! Bodies, queries and paths that answer a problem instead of plain text when they do not fit.

use std::{future::Future, net::IpAddr, pin::Pin};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{StatusCode, header},
    web::{Bytes, Data},
};
use futures::StreamExt;
use serde::de::DeserializeOwned;

use crate::{error::Problem, state::AppState};

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, Problem>>>>;

/// A JSON body, with the bytes that it came from (for the idempotency fingerprint).
pub struct Body<T> {
    pub value: T,
    pub bytes: Bytes,
}

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let limit = request
            .app_data::<Data<AppState>>()
            .map_or(262_144, |s| s.settings.max_json_bytes);
        let json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .is_some_and(is_json);
        let payload = payload.take();
        Box::pin(async move {
            if !json {
                return Err(Problem::new(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    "request.unsupported_media_type",
                    "send the body as application/json",
                ));
            }
            let bytes = read(payload, limit).await?;
            let value = parse(&bytes)?;
            Ok(Self { value, bytes })
        })
    }
}

fn is_json(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
        || kind.eq_ignore_ascii_case("application/merge-patch+json")
}

/// Reads a whole body up to a limit.
pub async fn read(mut payload: Payload, limit: usize) -> Result<Bytes, Problem> {
    let mut bytes = actix_web::web::BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "request.broken_body",
                "the body broke off",
            )
        })?;
        if bytes.len() + chunk.len() > limit {
            let detail = format!("the body may have {limit} bytes");
            return Err(Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "request.too_large",
                detail,
            ));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // Every body is an object; the fields of one could else be told by their places in a list.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        let why = "the body must be an object";
        return Err(Problem::field("request.invalid_value", String::new(), why));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let pointer = pointer(error.path());
        let inner = error.into_inner();
        match inner.classify() {
            serde_json::error::Category::Data => field(&pointer, &inner.to_string()),
            _ => Problem::new(
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

/// A refused field: what serde says, without its position in the text.
fn field(pointer: &str, message: &str) -> Problem {
    let message = message.split(" at line ").next().unwrap_or_default();
    let quoted = message.split('`').nth(1).unwrap_or_default();
    if message.starts_with("unknown field") {
        let pointer = if pointer.ends_with(&format!("/{quoted}")) {
            pointer.to_owned()
        } else {
            format!("{pointer}/{quoted}")
        };
        Problem::field("request.unknown_field", pointer, "this field is not known")
    } else if message.starts_with("missing field") {
        Problem::field(
            "request.missing_field",
            format!("{pointer}/{quoted}"),
            "this field is required",
        )
    } else {
        Problem::field("request.invalid_value", pointer, message)
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
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Segment::Unknown => {}
        }
    }
    pointer
}

/// A query string; parameters that no route knows were refused before.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Params<T> {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let parsed = actix_web::web::Query::<T>::from_query(request.query_string());
        std::future::ready(parsed.map(|q| Self(q.into_inner())).map_err(|error| {
            let message = error.to_string();
            let message = message.trim_start_matches("Query deserialize error: ");
            Problem::new(
                StatusCode::BAD_REQUEST,
                "request.invalid_parameter",
                format!("the query does not fit: {message}"),
            )
        }))
    }
}

/// Who is connected; or, if the proxy before us is trusted, whom it names last: what stands before
/// that in the header is what its own client says.
pub fn client_ip(request: &HttpRequest, trust_proxy: bool) -> Option<IpAddr> {
    let forwarded = request.headers().get_all("x-forwarded-for").last();
    let named = forwarded
        .filter(|_| trust_proxy)
        .and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    named.or_else(|| request.peer_addr().map(|peer| peer.ip()))
}

/// The same as text.
pub fn client_address(request: &HttpRequest, trust_proxy: bool) -> Option<String> {
    client_ip(request, trust_proxy).map(|ip| ip.to_string())
}

/// An optional header as text.
pub fn header(request: &HttpRequest, name: &str) -> Option<String> {
    request
        .headers()
        .get(name)
        .and_then(|v| v.to_str().ok())
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    /// So that an upload becomes a `Vec` where it lies.
    #[tokio::test]
    async fn what_was_read_is_held_by_nobody_else() {
        for length in [1, 4_096, 3 << 20] {
            let sent = Payload::from(Bytes::from(vec![7; length]));
            let bytes = read(sent, length).await.expect("it is no longer");
            let place = bytes.as_ptr();
            let given = Vec::from(bytes);
            assert_eq!(given.as_ptr(), place, "{length} bytes");
        }
    }

    #[test]
    fn fields_are_told_by_their_names() {
        #[derive(Debug, serde::Deserialize)]
        struct Line {
            quantity: u32,
        }
        let read = |body: &str| parse::<Line>(body.as_bytes()).map(|line| line.quantity);
        assert_eq!(read(r#"{"quantity": 2}"#).expect("an object"), 2);
        for body in ["[2]", " \n[2]", "[]", "2", "null", "{}", ""] {
            read(body).expect_err(body);
        }
    }

    #[test]
    fn a_client_cannot_say_itself_who_it_is() {
        let request = |forwarded: &[&str]| {
            let mut request = TestRequest::default().peer_addr(([10, 0, 0, 1], 443).into());
            for value in forwarded {
                request = request.append_header(("x-forwarded-for", *value));
            }
            request.to_http_request()
        };
        for (forwarded, trusted) in [
            (&[][..], "10.0.0.1"),
            (&["203.0.113.7"], "203.0.113.7"),
            (&["1.1.1.1, 203.0.113.7"], "203.0.113.7"),
            (&["1.1.1.1", "203.0.113.7"], "203.0.113.7"),
            (&["2001:db8::7"], "2001:db8::7"),
            (&["somebody"], "10.0.0.1"),
        ] {
            let request = request(forwarded);
            assert_eq!(client_address(&request, true).as_deref(), Some(trusted));
            assert_eq!(client_address(&request, false).as_deref(), Some("10.0.0.1"));
        }
    }
}
