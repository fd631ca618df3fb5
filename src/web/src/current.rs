//! The running request, for whatever answers an error without having it at hand.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::Bytes,
};
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
    /// Whether an error is told as a page, not as a problem.
    pub for_people: bool,
    /// What a form sent, urlencoded.
    pub form: Option<Bytes>,
    /// By what the browser is known whose form it is, where its owner signed in before.
    pub device: Option<String>,
    /// The token of the session's forms, where a form came with another.
    pub csrf: Option<String>,
}

/// What is called by programs, which show other credentials than cookies.
const PROGRAMS: [&str; 4] = ["/api/", "/webhooks/", "/rpc/", "/sandbox/"];

/// Where people are, with a browser.
const PAGES: [&str; 4] = ["/seller", "/admin", "/account", "/l/"];

/// Whether a path is none that programs call.
pub(crate) fn is_page(path: &str) -> bool {
    !PROGRAMS.iter().any(|start| path.starts_with(start))
}

/// Whether a person asks, who is told what is wrong by a page: the path says it, or, where both
/// come, what is accepted.
pub(crate) fn is_for_people(request: &HttpRequest) -> bool {
    let path = request.path();
    if !is_page(path) {
        return false;
    }
    let accepts = |kind: &str| {
        let mut lines = request.headers().get_all(header::ACCEPT);
        lines.any(|line| line.to_str().is_ok_and(|line| line.contains(kind)))
    };
    let page =
        PAGES.iter().any(|start| path.starts_with(start)) || ["/", "/logout"].contains(&path);
    accepts("text/html") || (page && !accepts("json"))
}

/// The running request.
pub fn current() -> Current {
    CURRENT.try_with(Clone::clone).unwrap_or_default()
}

/// Runs the work of a request.
pub(crate) fn within<F: Future>(current: Current, work: F) -> impl Future<Output = F::Output> {
    CURRENT.scope(current, work)
}

/// The same for work that waits for nothing.
pub(crate) fn at_once<T>(current: Current, work: impl FnOnce() -> T) -> T {
    CURRENT.sync_scope(current, work)
}

/// Work for the running request that another task does.
pub(crate) fn elsewhere<F: Future>(work: F) -> impl Future<Output = F::Output> {
    within(current(), work).in_current_span()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn people_are_told_by_a_page_and_programs_by_a_problem() {
        let (browser, program, any) = ("text/html,*/*;q=0.8", "application/json", "*/*");
        for (path, accept, page) in [
            ("/api/v1/carts", browser, false),
            ("/sandbox/pix/x", browser, false),
            ("/seller/login", any, true),
            ("/seller/login", program, false),
            ("/admin", browser, true),
            ("/account/forgot", any, true),
            ("/", any, true),
            ("/static/none.css", browser, true),
            ("/static/none.css", "text/css,*/*;q=0.1", false),
            ("/nothing", any, false),
        ] {
            let request = TestRequest::with_uri(path).insert_header((header::ACCEPT, accept));
            let request = request.to_http_request();
            assert_eq!(is_for_people(&request), page, "{path} {accept}");
        }
    }
}
