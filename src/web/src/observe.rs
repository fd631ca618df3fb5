//! What every request gets: an id, a span, one log line, a count, and the security headers.

use std::time::Instant;

use actix_web::{
    Error, HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use tracing::Instrument;

use crate::{
    current::{Current, ErrorPage, within},
    error, language,
    state::{AppState, ClockAndEntropy},
};

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Strict: no inline script or style, no other host.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The reader of the API document styles itself inline; it shows nothing of ours.
const READER_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

pub async fn middleware<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let started = Instant::now();
    let id = request
        .app_data::<Data<ClockAndEntropy>>()
        .map(|s| s.entropy.uuid(s.clock.now()).to_string())
        .unwrap_or_default();
    let path = request.path().to_owned();
    let policy = match path.starts_with("/api/docs") {
        true => READER_POLICY,
        false => CONTENT_SECURITY_POLICY,
    };
    let current = Current {
        id: id.clone(),
        path,
        page: page(request.request()),
        language: language::preferred(request.request()),
        error_page: request.app_data::<ErrorPage>().copied(),
        ..Current::default()
    };
    let method = request.method().clone();
    let span = tracing::info_span!("request", id);
    let called = within(current, next.call(request)).instrument(span.clone());
    let mut response = called.await?;
    let status = response.status().as_u16();
    // The pattern, never the path: a path can carry a token.
    let route = response
        .request()
        .match_pattern()
        .unwrap_or_else(|| "unmatched".to_owned());
    let elapsed = started.elapsed();
    let micros = elapsed.as_micros() as u64;
    // What was only read is counted, and told to those who ask for it.
    span.in_scope(|| match method.is_safe() && status < 400 {
        true => tracing::debug!(%method, route, status, micros, "answered"),
        false => tracing::info!(%method, route, status, micros, "answered"),
    });
    let labels = [
        ("method", known(&method)),
        ("route", route),
        ("status", status.to_string()),
    ];
    metrics::counter!("feira_http_requests_total", &labels).increment(1);
    metrics::histogram!("feira_http_request_seconds", &labels[..2]).record(elapsed);
    add_headers(&mut response, &id, policy);
    Ok(response)
}

/// Where the person is: what is sent from a page says which, because pages may be told.
fn page(request: &HttpRequest) -> String {
    if request.method().is_safe() {
        let whole = request.uri().path_and_query();
        return whole.map_or("/", |whole| whole.as_str()).to_owned();
    }
    let from = request.headers().get(header::REFERER);
    let path = from.and_then(|from| {
        let (_, rest) = from.to_str().ok()?.split_once("://")?;
        rest.find('/').map(|start| rest[start..].to_owned())
    });
    path.unwrap_or_else(|| "/".to_owned())
}

/// The method as a label: strangers may send any word, and each label is kept for ever.
fn known(method: &Method) -> String {
    let known = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
    ];
    match known.contains(method) {
        true => method.to_string(),
        false => "other".to_owned(),
    }
}

/// Whether people reach this installation by https only; a process without pages has no address.
fn is_https<B>(response: &ServiceResponse<B>) -> bool {
    let state = response.request().app_data::<Data<AppState>>();
    state.is_some_and(|s| s.settings.base_url.starts_with("https://"))
}

fn add_headers<B>(response: &mut ServiceResponse<B>, id: &str, policy: &'static str) {
    let (https, status) = (is_https(response), response.status());
    let headers = response.headers_mut();
    error::say_when(status, headers, None);
    if https {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID.clone(), id);
    }
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=(), payment=()",
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(policy),
        );
    }
}
