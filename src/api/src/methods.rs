//! Methods that no operation names: HEAD is answered as GET is, and a known path says which it has.

use actix_web::{
    Error, HttpRequest, HttpResponse, ResponseError,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderValue},
    },
    middleware::Next,
};
use feira_web::error::Problem;

use crate::query;

/// The server leaves the body out of an answer to HEAD, whatever handled it.
pub(crate) async fn head_as_get<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    next.call(request).await
}

/// What is left when no route took it: a path that is not known, or a method that it does not have.
pub(crate) async fn not_routed(request: HttpRequest) -> HttpResponse {
    let allowed = request.match_pattern().and_then(|p| query::methods_of(&p));
    let Some(allowed) = allowed.and_then(|a| HeaderValue::from_str(&a).ok()) else {
        return Problem::not_found().error_response();
    };
    let problem = Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "request.method_not_allowed",
        "this address does not have this method; Allow names those that it has",
    );
    let mut response = problem.error_response();
    response.headers_mut().insert(header::ALLOW, allowed);
    response
}
