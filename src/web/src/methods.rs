//! Methods that no route names: HEAD is answered as GET is, and a known path says which it has.

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

use crate::error::{Problem, shown_at};

/// The server leaves the body out of an answer to HEAD, whatever handled it. A resource of which
/// no route fits answers 405 by itself, and names the methods of all routes whose path fits; it
/// lacks a body. One that takes what its scope has no path for can name none: nothing is there.
pub async fn middleware<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    let answer = next.call(request).await?;
    if answer.status() != StatusCode::METHOD_NOT_ALLOWED {
        return Ok(answer.map_into_left_body());
    }
    let refusal = refusal(&answer);
    Ok(answer.into_response(refusal).map_into_right_body())
}

/// With the headers that a scope has set, such as those of CORS.
fn refusal<B>(answer: &ServiceResponse<B>) -> HttpResponse {
    let allow = answer.headers().get(header::ALLOW).and_then(with_head);
    let problem = if allow.is_some() {
        let detail = "this address does not have this method; Allow names those that it has";
        let code = "request.method_not_allowed";
        Problem::new(StatusCode::METHOD_NOT_ALLOWED, code, detail)
    } else {
        Problem::not_found()
    };
    let mut refusal = shown_at(answer.request().path(), problem).error_response();
    let mut headers = answer.headers().clone();
    for (name, value) in refusal.headers() {
        headers.insert(name.clone(), value.clone());
    }
    if let Some(allow) = allow {
        headers.insert(header::ALLOW, allow);
    }
    *refusal.headers_mut() = headers;
    refusal
}

fn with_head(allow: &HeaderValue) -> Option<HeaderValue> {
    let mut methods: Vec<&str> = Vec::new();
    for method in allow.to_str().ok()?.split(',').map(str::trim) {
        let head = (method == "GET").then_some("HEAD");
        for method in [Some(method), head].into_iter().flatten() {
            if !methods.contains(&method) {
                methods.push(method);
            }
        }
    }
    HeaderValue::from_str(&methods.join(", ")).ok()
}

#[cfg(test)]
mod tests {
    use actix_web::{
        App,
        middleware::from_fn,
        test::{TestRequest, call_service, init_service},
        web::{get, post, resource, scope},
    };

    use super::*;

    async fn answer(method: Method, path: &str) -> (u16, Option<String>) {
        let ok = || std::future::ready(HttpResponse::Ok().finish());
        let below = scope("/s")
            .route("/b", get().to(ok))
            .route("/b", post().to(ok))
            .service(resource("/{_:.*}"));
        let app = App::new()
            .wrap(from_fn(middleware))
            .service(resource("/a").post(ok).get(ok))
            .service(resource("/p").post(ok))
            .service(below);
        let app = init_service(app).await;
        let request = TestRequest::with_uri(path).method(method).to_request();
        let answer = call_service(&app, request).await;
        let allow = answer.headers().get(header::ALLOW);
        let allow = allow.map(|value| value.to_str().expect("text").to_owned());
        (answer.status().as_u16(), allow)
    }

    #[actix_web::test]
    async fn a_known_path_names_its_methods_and_has_head_beside_get() {
        for (method, path, status, allow) in [
            (Method::HEAD, "/a", 200, None),
            (Method::PUT, "/a", 405, Some("POST, GET, HEAD")),
            (Method::HEAD, "/p", 405, Some("POST")),
            (Method::GET, "/p", 405, Some("POST")),
            (Method::HEAD, "/s/b", 200, None),
            (Method::PUT, "/s/b", 405, Some("GET, HEAD, POST")),
            (Method::PUT, "/s/none", 404, None),
            (Method::PUT, "/none", 404, None),
        ] {
            let answered = answer(method.clone(), path).await;
            let expected = (status, allow.map(str::to_owned));
            assert_eq!(answered, expected, "{method} {path}");
        }
    }
}
