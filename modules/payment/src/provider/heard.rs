//! What passes between a provider and us while one payment is seen to, as far as it may be kept: whoever writes the
//! exchange down takes it. It goes with the task, so that no adapter has to hand it on.

mod names;
mod values;

use std::cell::RefCell;

use reqwest::{Request, StatusCode};

/// What is kept of the requests of an exchange, and of their answers.
const MOST_CHARS: usize = 4000;
/// Requests of one exchange; few have more than two.
const MOST_REQUESTS: usize = 8;
const NO_ANSWER: &str = "-";

tokio::task_local! {
    static HEARD: RefCell<Vec<Told>>;
}

/// One request, and its answer once there is one.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    request: String,
    response: Option<String>,
}

/// What is written down of an exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Texts {
    pub(crate) request: String,
    pub(crate) response: String,
}

/// Hears what is asked of a provider meanwhile.
pub(crate) async fn during<F: Future>(work: F) -> F::Output {
    HEARD.scope(RefCell::default(), work).await
}

/// With what was heard before: a transaction is a task of its own.
pub(crate) async fn carried<F: Future>(told: Vec<Told>, work: F) -> F::Output {
    HEARD.scope(RefCell::new(told), work).await
}

/// What was heard since it was last taken.
pub(crate) fn take() -> Vec<Told> {
    HEARD.try_with(RefCell::take).unwrap_or_default()
}

/// As it is written down; nothing if nobody was asked.
pub(crate) fn texts(told: Vec<Told>) -> Option<Texts> {
    if told.is_empty() {
        return None;
    }
    let (requests, answers): (Vec<_>, Vec<_>) = told
        .into_iter()
        .map(|one| (one.request, one.response.unwrap_or(NO_ANSWER.to_owned())))
        .unzip();
    Some(Texts {
        request: bounded(&requests.join("\n")),
        response: bounded(&answers.join("\n")),
    })
}

/// Where its answer belongs.
pub(super) fn asked(request: &Request) -> Option<usize> {
    HEARD
        .try_with(|heard| {
            let mut heard = heard.borrow_mut();
            (heard.len() < MOST_REQUESTS).then(|| {
                heard.push(Told {
                    request: bounded(&of_request(request)),
                    response: None,
                });
                heard.len() - 1
            })
        })
        .ok()
        .flatten()
}

pub(super) fn answered(asked: Option<usize>, status: StatusCode, body: &[u8]) {
    let Some(place) = asked else { return };
    let said = bounded(&joined(status.as_str(), values::kept(body)));
    // What was taken meanwhile is written already.
    let _ = HEARD.try_with(|heard| {
        if let Some(told) = heard.borrow_mut().get_mut(place) {
            told.response = Some(said);
        }
    });
}

fn of_request(request: &Request) -> String {
    let path = values::path(request.url());
    let head = format!("{} {path}", request.method());
    // What is sent as a stream is a file.
    let body = request.body().and_then(reqwest::Body::as_bytes);
    joined(&head, body.and_then(values::kept))
}

fn joined(head: &str, body: Option<String>) -> String {
    match body {
        Some(body) => format!("{head} {body}"),
        None => head.to_owned(),
    }
}

fn bounded(text: &str) -> String {
    text.chars().take(MOST_CHARS).collect()
}

#[cfg(test)]
#[path = "heard_tests.rs"]
mod tests;
