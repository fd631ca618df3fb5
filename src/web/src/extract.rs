//! Bodies, queries and paths that answer a problem instead of plain text when they do not fit.

use std::{future::Future, net::IpAddr, pin::Pin};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{
        StatusCode,
        header::{self, HeaderMap},
    },
    web::Bytes,
};
use futures::StreamExt;
use serde::de::DeserializeOwned;

use crate::error::Problem;

mod body;
mod faults;

pub use body::{Body, MaybeBody, given};

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, Problem>>>>;

/// What a body is: in lower case, without parameters; empty if nothing says it. Pictures and tables have
/// the names that the registry has, whatever some programs call them.
pub fn media_type(headers: &HeaderMap) -> String {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|v| v.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default();
    match kind.trim().to_ascii_lowercase().as_str() {
        "image/jpg" | "image/pjpeg" => "image/jpeg".to_owned(),
        "image/x-png" => "image/png".to_owned(),
        "application/csv" | "text/x-csv" => "text/csv".to_owned(),
        kind => kind.to_owned(),
    }
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
    fn a_media_type_has_no_case_and_no_parameters() {
        for (sent, known) in [
            ("image/jpg", "image/jpeg"),
            ("IMAGE/JPG", "image/jpeg"),
            ("Image/Pjpeg;q=0.5", "image/jpeg"),
            ("iMaGe/JpEg", "image/jpeg"),
            ("image/X-PNG", "image/png"),
            ("Application/CSV", "text/csv"),
            ("text/x-csv; charset=iso-8859-1", "text/csv"),
            ("Image/PNG; q=1", "image/png"),
            (" image/webp ;a=b", "image/webp"),
            ("TEXT/CSV; charset=utf-8; header=present", "text/csv"),
            ("application/JSON;charset=UTF-8", "application/json"),
            ("text/csvx", "text/csvx"),
            ("", ""),
        ] {
            let request = TestRequest::default().insert_header((header::CONTENT_TYPE, sent));
            let request = request.to_http_request();
            assert_eq!(media_type(request.headers()), known, "{sent}");
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
