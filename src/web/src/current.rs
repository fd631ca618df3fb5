//! The running request, for whatever answers an error without having it at hand.

use actix_web::{HttpResponse, http::StatusCode, web::Bytes};
use tracing::Instrument;

tokio::task_local! {
    static CURRENT: Current;
}

/// Renders an error for people. The application gives it as its data: pages are not known here.
pub type ErrorPage = fn(StatusCode, &str, &Current) -> HttpResponse;

/// What an error's answer says of the running request; empty outside one.
#[derive(Debug, Clone, Default)]
pub struct Current {
    pub id: String,
    pub path: String,
    /// The page on which the person is, with its query; of a form the one that it stands on.
    pub page: String,
    /// `en` or `pt-BR`.
    pub language: &'static str,
    pub error_page: Option<ErrorPage>,
    /// What a form sent, urlencoded.
    pub form: Option<Bytes>,
    /// The token of the session's forms, where a form came with another.
    pub csrf: Option<String>,
}

/// The running request.
pub fn current() -> Current {
    CURRENT.try_with(Clone::clone).unwrap_or_default()
}

/// Runs the work of a request.
pub(crate) fn within<F: Future>(current: Current, work: F) -> impl Future<Output = F::Output> {
    CURRENT.scope(current, work)
}

/// Work for the running request that another task does.
pub(crate) fn elsewhere<F: Future>(work: F) -> impl Future<Output = F::Output> {
    within(current(), work).in_current_span()
}
