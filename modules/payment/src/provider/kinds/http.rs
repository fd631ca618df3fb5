//! What the adapters' exchanges by HTTP have in common.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, StatusCode};

use crate::{
    PaymentId, StartError,
    provider::{Charge, Failure},
};

/// No answer of a provider is longer.
const MAX_ANSWER: usize = 1024 * 1024;

/// One that waits so long for an exchange, and follows nobody elsewhere.
pub(super) fn client(timeout: Duration) -> Result<Client, StartError> {
    Client::builder()
        .timeout(timeout)
        .connect_timeout(timeout)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|e| StartError::Client(e.to_string()))
}

/// The status and the body of the answer.
pub(super) async fn exchange(request: RequestBuilder) -> Result<(StatusCode, Vec<u8>), Failure> {
    let lost = |e: reqwest::Error| Failure::Unknown(e.without_url().to_string());
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

/// Ids come from outside: one that would change the path is not looked for.
pub(super) fn path_part(id: &str) -> Result<&str, Failure> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if !id.is_empty() && id.bytes().all(plain) {
        Ok(id)
    } else {
        Err(Failure::NotFound)
    }
}

/// An answer about another charge is no answer.
pub(super) fn own(charge: Charge, asked: PaymentId) -> Result<Charge, Failure> {
    if charge.payment == Some(asked) {
        Ok(charge)
    } else {
        Err(broken("about another charge"))
    }
}

pub(super) fn broken(reason: &str) -> Failure {
    Failure::Unknown(format!("a broken answer: {reason}"))
}
