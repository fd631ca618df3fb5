//! Forms are taken from our own pages only: beside the token of a session's forms, this covers
//! those that are sent before there is a session.

use actix_web::{
    Error,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, StatusCode, header},
    middleware::Next,
};

use crate::{
    current::is_page,
    error::{Problem, shown},
};

pub async fn middleware<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let unsafe_method = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if unsafe_method && is_page(request.path()) && !is_ours(&request) {
        let detail = "the form was not sent from a page of this site; open the page and try again";
        let refusal = Problem::new(StatusCode::FORBIDDEN, "request.other_site", detail);
        let refusal = shown(refusal).error_response();
        return Ok(request.into_response(refusal).map_into_right_body());
    }
    Ok(next.call(request).await?.map_into_left_body())
}

fn is_ours(request: &ServiceRequest) -> bool {
    let text = |name| request.headers().get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin" || site == "none";
    }
    // Browsers without it send the origin with every POST.
    let host = text(header::HOST);
    let origin = text(header::ORIGIN)
        .and_then(|origin| origin.split_once("://"))
        .map(|(_, host)| host);
    host.is_some() && origin == host
}
