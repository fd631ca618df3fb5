//! What adapters that speak HTTP share.

use std::time::Duration;

use reqwest::{ClientBuilder, RequestBuilder, StatusCode, redirect::Policy};

use super::Failure;

/// No answer of a provider is longer.
const MAX_ANSWER: usize = 64 * 1024;

/// A client that waits no longer than this, and follows nobody to another place.
pub(crate) fn client(timeout: Duration) -> ClientBuilder {
    reqwest::Client::builder()
        .timeout(timeout)
        .connect_timeout(timeout)
        .redirect(Policy::none())
}

/// The status and the whole body of an answer.
pub(crate) async fn exchange(request: RequestBuilder) -> Result<(StatusCode, Vec<u8>), Failure> {
    let mut response = request.send().await.map_err(lost)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(lost)? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_ANSWER {
            return Err(broken("too long"));
        }
    }
    Ok((response.status(), body))
}

fn lost(error: reqwest::Error) -> Failure {
    Failure::Unknown(error.without_url().to_string())
}

/// Nothing is known by an answer of this status.
pub(crate) fn answered(status: StatusCode) -> Failure {
    Failure::Unknown(format!("answered {status}"))
}

pub(crate) fn broken(reason: &str) -> Failure {
    Failure::Unknown(format!("a broken answer: {reason}"))
}
