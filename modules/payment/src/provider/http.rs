//! What adapters that speak HTTP share.

use std::time::Duration;

use reqwest::{Client, ClientBuilder, RequestBuilder, StatusCode, redirect::Policy};

use super::{Charge, Failure, heard};
use crate::{
    PaymentId, StartError,
    sentences::{ANSWERED, BROKEN_ANSWER},
};

/// No answer of a provider is longer.
const MAX_ANSWER: usize = 1024 * 1024;

/// A client that waits no longer than this, and follows nobody to another place.
pub(crate) fn client(timeout: Duration) -> ClientBuilder {
    Client::builder()
        .timeout(timeout)
        .connect_timeout(timeout)
        .redirect(Policy::none())
}

pub(crate) fn built(client: ClientBuilder) -> Result<Client, StartError> {
    client
        .build()
        .map_err(|e| StartError::Client(e.to_string()))
}

/// The status and the whole body of an answer; what of both may be kept is heard.
pub(crate) async fn exchange(request: RequestBuilder) -> Result<(StatusCode, Vec<u8>), Failure> {
    let (client, request) = request.build_split();
    let request = request.map_err(lost)?;
    let asked = heard::asked(&request);
    let (status, body) = unheard(RequestBuilder::from_parts(client, request)).await?;
    heard::answered(asked, status, &body);
    Ok((status, body))
}

/// The same of what is about no payment, such as keys.
pub(crate) async fn unheard(request: RequestBuilder) -> Result<(StatusCode, Vec<u8>), Failure> {
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

/// Ids come from outside: one that would change the path is not looked for.
pub(crate) fn path_part(id: &str) -> Result<&str, Failure> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if !id.is_empty() && id.bytes().all(plain) {
        Ok(id)
    } else {
        Err(Failure::NotFound)
    }
}

/// An answer about another charge is no answer.
pub(crate) fn own(charge: Charge, asked: PaymentId) -> Result<Charge, Failure> {
    if charge.payment == Some(asked) {
        Ok(charge)
    } else {
        Err(broken("about another charge"))
    }
}

/// Nothing is known by an answer of this status.
pub(crate) fn answered(status: StatusCode) -> Failure {
    Failure::Unknown(ANSWERED.of(&[&status]).as_str().to_owned())
}

pub(crate) fn broken(reason: &str) -> Failure {
    Failure::Unknown(BROKEN_ANSWER.of(&[&reason]).as_str().to_owned())
}
