//! What the framework answers by itself is said in our words: paths and methods that are not there,
//! what an extractor cannot read, bodies that are too large. HEAD is answered as GET is, and OPTIONS
//! with the methods that the path has.

use actix_web::{
    Error, HttpResponse,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderValue},
    },
    middleware::Next,
};

use crate::error::{Problem, shown};

/// The server leaves the body out of an answer to HEAD, whatever handled it.
pub async fn middleware<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    let answer = next.call(request).await?;
    if !is_of_the_framework(&answer) {
        return Ok(answer.map_into_left_body());
    }
    let ours = in_our_words(&answer);
    Ok(answer.into_response(ours).map_into_right_body())
}

/// It answers with plain text, or with nothing at all; we never do.
fn is_of_the_framework<B>(answer: &ServiceResponse<B>) -> bool {
    let status = answer.status();
    let kind = answer.headers().get(header::CONTENT_TYPE);
    (status.is_client_error() || status.is_server_error())
        && kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"))
}

/// A resource of which no route fits answers 405, and names the methods of all routes whose path
/// fits. One that takes what its scope has no path for can name none: nothing is there.
fn in_our_words<B>(answer: &ServiceResponse<B>) -> HttpResponse {
    let allow = answer.headers().get(header::ALLOW).and_then(allowed);
    let asks = answer.request().method() == Method::OPTIONS;
    let mut ours = match (answer.status(), &allow) {
        (StatusCode::METHOD_NOT_ALLOWED, Some(_)) if asks => HttpResponse::NoContent().finish(),
        (StatusCode::METHOD_NOT_ALLOWED, None) => shown(Problem::not_found()).error_response(),
        (status, _) => shown(refusal(status)).error_response(),
    };
    // Those that a scope has set stay, such as the headers of CORS.
    let mut headers = answer.headers().clone();
    for name in [
        header::CONTENT_TYPE,
        header::CONTENT_ENCODING,
        header::CONTENT_LENGTH,
    ] {
        headers.remove(name);
    }
    for (name, value) in ours.headers() {
        headers.insert(name.clone(), value.clone());
    }
    if let Some(allow) = allow {
        headers.insert(header::ALLOW, allow);
    }
    *ours.headers_mut() = headers;
    ours
}

/// What is said where only the status is known.
pub(crate) fn refusal(status: StatusCode) -> Problem {
    let (code, detail) = match status {
        StatusCode::NOT_FOUND => return Problem::not_found(),
        StatusCode::METHOD_NOT_ALLOWED => (
            "request.method_not_allowed",
            "this address does not have this method; Allow names those that it has",
        ),
        StatusCode::NOT_ACCEPTABLE => (
            "request.not_acceptable",
            "there is nothing here of the kind that Accept-Encoding asks for",
        ),
        StatusCode::REQUEST_TIMEOUT => ("request.too_slow", "the request came too slowly"),
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => (
            "request.headers_too_large",
            "the address and the headers are too large together",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => ("request.too_large", "the body is too large"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => (
            "request.unsupported_media_type",
            "the body is of another type than is taken here",
        ),
        status if status.is_client_error() => ("request.malformed", "the request cannot be read"),
        _ => return Problem::internal(),
    };
    Problem::new(status, code, detail)
}

fn allowed(routes: &HeaderValue) -> Option<HeaderValue> {
    let mut methods: Vec<&str> = Vec::new();
    for method in routes.to_str().ok()?.split(',').map(str::trim) {
        let head = (method == "GET").then_some("HEAD");
        for method in [Some(method), head].into_iter().flatten() {
            if !methods.contains(&method) {
                methods.push(method);
            }
        }
    }
    methods.push("OPTIONS");
    HeaderValue::from_str(&methods.join(", ")).ok()
}

#[cfg(test)]
mod tests {
    use actix_web::{
        App,
        middleware::from_fn,
        test::{TestRequest, call_service, init_service, read_body},
        web::{Form, Json, Path, Query, get, post, resource, scope},
    };
    use serde_json::Value;

    use super::*;

    #[derive(serde::Deserialize)]
    struct Next {
        #[serde(rename = "next")]
        _next: Option<String>,
    }

    async fn ok() -> HttpResponse {
        HttpResponse::Ok().finish()
    }

    /// Status, `Allow`, and the code of the problem.
    async fn answer(request: TestRequest) -> (u16, Option<String>, Value) {
        let below = scope("/s")
            .route("/b", get().to(ok))
            .route("/b", post().to(ok))
            .service(resource("/{_:.*}"));
        let app = App::new()
            .wrap(from_fn(middleware))
            .service(resource("/a").post(ok).get(ok))
            .service(resource("/p").post(ok))
            .service(resource("/q").get(async |_: Query<Next>| ok().await))
            .service(resource("/f").post(async |_: Form<Next>| ok().await))
            .service(resource("/j").post(async |_: Json<Next>| ok().await))
            .service(resource("/i/{id}").get(async |_: Path<u8>| ok().await))
            .service(resource("/raw").get(async || HttpResponse::Conflict().body("raw")))
            .service(resource("/own").get(async || HttpResponse::Conflict().json("own")))
            .service(below);
        let app = init_service(app).await;
        let answer = call_service(&app, request.to_request()).await;
        let allow = answer.headers().get(header::ALLOW);
        let allow = allow.map(|value| value.to_str().expect("text").to_owned());
        let status = answer.status().as_u16();
        let body: Value = serde_json::from_slice(&read_body(answer).await).unwrap_or_default();
        let code = match body.get("code") {
            Some(code) => code.clone(),
            None => body,
        };
        (status, allow, code)
    }

    #[actix_web::test]
    async fn a_known_path_names_its_methods_and_has_head_beside_get() {
        for (method, path, status, allow) in [
            (Method::HEAD, "/a", 200, None),
            (Method::PUT, "/a", 405, Some("POST, GET, HEAD, OPTIONS")),
            (Method::OPTIONS, "/a", 204, Some("POST, GET, HEAD, OPTIONS")),
            (Method::HEAD, "/p", 405, Some("POST, OPTIONS")),
            (Method::GET, "/p", 405, Some("POST, OPTIONS")),
            (Method::HEAD, "/s/b", 200, None),
            (Method::PUT, "/s/b", 405, Some("GET, HEAD, POST, OPTIONS")),
            (
                Method::OPTIONS,
                "/s/b",
                204,
                Some("GET, HEAD, POST, OPTIONS"),
            ),
            (Method::PUT, "/s/none", 404, None),
            (Method::OPTIONS, "/s/none", 404, None),
            (Method::PUT, "/none", 404, None),
            (Method::OPTIONS, "/none", 404, None),
        ] {
            let request = TestRequest::with_uri(path).method(method.clone());
            let (answered, allowed, _) = answer(request).await;
            let expected = (status, allow.map(str::to_owned));
            assert_eq!((answered, allowed), expected, "{method} {path}");
        }
    }

    #[actix_web::test]
    async fn what_cannot_be_read_is_refused_in_our_words() {
        let get = |path: &str| TestRequest::with_uri(path);
        let form = |length| {
            let body = format!("next={}", "a".repeat(length));
            let kind = (header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            get("/f")
                .method(Method::POST)
                .insert_header(kind)
                .set_payload(body)
        };
        let json = |kind: &'static str, body: &'static str| {
            let kind = (header::CONTENT_TYPE, kind);
            get("/j")
                .method(Method::POST)
                .insert_header(kind)
                .set_payload(body)
        };
        for (request, status, code) in [
            (get("/none"), 404, "request.not_found"),
            (get("/q?next=a&next=b"), 400, "request.malformed"),
            (get("/q?next=a"), 200, ""),
            (form(1 << 20), 413, "request.too_large"),
            (form(1), 200, ""),
            (json("application/json", "{"), 400, "request.malformed"),
            (json("application/json", "{}"), 200, ""),
            (get("/i/300"), 404, "request.not_found"),
            (get("/i/%ff"), 404, "request.not_found"),
            (get("/raw"), 409, "request.malformed"),
            (get("/own"), 409, "own"),
        ] {
            let (answered, _, said) = answer(request).await;
            let said = said.as_str().unwrap_or_default();
            assert_eq!((answered, said), (status, code));
        }
    }
}
