//! What every request gets: an id, a span, one log line, a count, the security headers, and an answer
//! if its handler panics.

use std::{panic::AssertUnwindSafe, time::Instant};

use actix_web::{
    Error, HttpRequest, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    error::{ErrorInternalServerError, InternalError},
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use futures::FutureExt;
use tracing::Instrument;

use crate::{
    answers::refusal,
    auth,
    current::{Current, ErrorPage, at_once, is_for_people, within},
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
    let for_people = is_for_people(request.request());
    let device = || auth::device_token(request.request(), auth::surface(&path));
    let current = Current {
        id: id.clone(),
        device: for_people.then(device).flatten(),
        path,
        page: page(request.request()),
        language: language::preferred(request.request()),
        error_page: request.app_data::<ErrorPage>().copied(),
        for_people,
        ..Current::default()
    };
    let (method, https) = (request.method().clone(), is_https(request.request()));
    let span = tracing::info_span!("request", id);
    let called = AssertUnwindSafe(async move { next.call(request).await }).catch_unwind();
    let called = within(current.clone(), called).instrument(span.clone());
    let panicked = |_| Err(ErrorInternalServerError("its handler panicked"));
    let answered = called.await.unwrap_or_else(panicked);
    let (pattern, status) = match &answered {
        Ok(response) => (response.request().match_pattern(), response.status()),
        Err(error) => (None, error.as_response_error().status_code()),
    };
    // The pattern, never the path: a path can carry a token.
    let route = pattern.unwrap_or_else(|| "unmatched".to_owned());
    span.in_scope(|| count(&method, route, status, started));
    match answered {
        Ok(mut response) => {
            add_headers(response.headers_mut(), status, &id, policy, https);
            Ok(response)
        }
        // With the request everything is gone that it was to be answered with.
        Err(error) => {
            span.in_scope(|| tracing::error!(%error, "a request ended early"));
            let refusal = async { error::shown(refusal(status)).error_response() };
            let mut response = within(current, refusal).await;
            add_headers(response.headers_mut(), status, &id, policy, https);
            Err(InternalError::from_response(error, response).into())
        }
    }
}

/// The answer to what the server could not read as a request, so that neither its path nor who
/// asks is known: a problem. `https` as for all others.
pub fn unread(status: StatusCode, given: &ClockAndEntropy, https: bool) -> HttpResponse {
    let id = given.entropy.uuid(given.clock.now()).to_string();
    tracing::info!(id, status = status.as_u16(), "a request could not be read");
    let current = Current {
        id: id.clone(),
        ..Current::default()
    };
    let mut answer = at_once(current, || error::shown(refusal(status)).error_response());
    let headers = answer.headers_mut();
    add_headers(headers, status, &id, CONTENT_SECURITY_POLICY, https);
    answer
}

/// One log line and the figures of an answer.
fn count(method: &Method, route: String, status: StatusCode, started: Instant) {
    let elapsed = started.elapsed();
    let (micros, code) = (elapsed.as_micros() as u64, status.as_u16());
    // What was only read is counted, and told to those who ask for it.
    match method.is_safe() && code < 400 {
        true => tracing::debug!(%method, route, status = code, micros, "answered"),
        false => tracing::info!(%method, route, status = code, micros, "answered"),
    }
    let labels = [
        ("method", known(method)),
        ("route", route),
        ("status", code.to_string()),
    ];
    metrics::counter!("feira_http_requests_total", &labels).increment(1);
    metrics::histogram!("feira_http_request_seconds", &labels[..2]).record(elapsed);
}

/// Where the person is: what is sent from a page says which, because pages may be told.
fn page(request: &HttpRequest) -> String {
    if request.method().is_safe() {
        let whole = request.uri().path_and_query();
        return whole.map_or("/", |whole| whole.as_str()).to_owned();
    }
    let state = request.app_data::<Data<AppState>>();
    let mount = state.map_or("", |state| state.settings.base_path());
    let from = request.headers().get(header::REFERER);
    let path = from.and_then(|from| {
        let (_, rest) = from.to_str().ok()?.split_once("://")?;
        rest[rest.find('/')?..].strip_prefix(mount)
    });
    let path = path.filter(|path| path.starts_with('/'));
    path.unwrap_or("/").to_owned()
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
fn is_https(request: &HttpRequest) -> bool {
    let state = request.app_data::<Data<AppState>>();
    state.is_some_and(|s| s.settings.base_url.starts_with("https://"))
}

fn add_headers(
    headers: &mut HeaderMap,
    status: StatusCode,
    id: &str,
    policy: &'static str,
    https: bool,
) {
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

#[cfg(test)]
mod tests {
    use actix_web::{
        App,
        middleware::from_fn,
        test::{TestRequest, init_service, try_call_service},
        web::resource,
    };

    use super::*;
    use crate::detached;

    #[actix_web::test]
    async fn a_handler_that_panics_is_answered_for() {
        let app = App::new()
            .wrap(from_fn(detached::middleware))
            .wrap(from_fn(middleware))
            .service(resource("/late").get(async || -> HttpResponse { panic!("late") }))
            .service(resource("/kept").post(async || -> HttpResponse { panic!("kept") }))
            .service(resource("/fine").get(async || HttpResponse::Ok().finish()));
        let app = init_service(app).await;
        for (request, status) in [
            (TestRequest::with_uri("/late"), 500),
            (TestRequest::with_uri("/kept").method(Method::POST), 500),
            (TestRequest::with_uri("/fine"), 200),
        ] {
            let answer = match try_call_service(&app, request.to_request()).await {
                Ok(answer) => answer.into_parts().1.map_into_boxed_body(),
                Err(error) => error.error_response(),
            };
            assert_eq!(answer.status().as_u16(), status);
            let told = answer.headers();
            assert!(told.contains_key("x-content-type-options"));
            let kind = told.get(header::CONTENT_TYPE);
            let problem = kind.is_some_and(|kind| kind == "application/problem+json");
            assert_eq!(problem, status == 500);
        }
    }
}
