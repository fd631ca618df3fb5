//! A client that goes away does not stop what it began: what may change something is done in a task
//! of its own, so that the answer is kept for the repeat, and no step is left out in between.

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    error::ErrorInternalServerError,
    middleware::Next,
};

use crate::current;

pub async fn middleware<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    if request.method().is_safe() {
        return next.call(request).await;
    }
    let work = actix_web::rt::spawn(current::elsewhere(next.call(request)));
    work.await
        .unwrap_or_else(|failed| Err(ErrorInternalServerError(failed)))
}
