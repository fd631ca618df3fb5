//! What a form on a page sends is read before anything is decided, so that a refusal can give back
//! what was typed.

use actix_web::{
    Error, HttpMessage, ResponseError,
    body::{EitherBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::{Method, header},
    middleware::Next,
};

use crate::{
    current::{Current, current, is_page, within},
    error::PageError,
    extract,
};

/// The most bytes of a form without files.
pub const MAX_FORM: usize = 262_144;

pub async fn middleware<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    if !is_form(&request) {
        return Ok(next.call(request).await?.map_into_left_body());
    }
    match extract::read(request.take_payload(), MAX_FORM).await {
        Ok(form) => {
            request.set_payload(Payload::from(form.clone()));
            let current = Current {
                form: Some(form),
                ..current()
            };
            let answer = within(current, next.call(request)).await?;
            Ok(answer.map_into_left_body())
        }
        Err(problem) => {
            let refusal = PageError::from(problem).error_response();
            Ok(request.into_response(refusal).map_into_right_body())
        }
    }
}

fn is_form(request: &ServiceRequest) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|value| value.to_str().ok());
    request.method() == Method::POST
        && is_page(request.path())
        && kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}
