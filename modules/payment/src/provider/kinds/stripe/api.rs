//! Calls of Stripe's API, and what its errors mean.

use reqwest::{Method, RequestBuilder, StatusCode, Url};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::wire::{ErrorBody, ErrorObject, Listed, Page};
use crate::{
    StartError,
    provider::{
        Failure,
        http::{self, broken},
    },
};

/// How answers are written; the published libraries of this version say so.
const VERSION: &str = "2026-10-28.endive";

/// How many of a list are in one answer, and how many answers are read for one that is looked for.
const PAGE: usize = 100;
const PAGES: usize = 40;

/// Where it is, and the key that opens it.
pub(super) struct Api {
    http: reqwest::Client,
    base: String,
    key: String,
    provider: String,
}

/// An error that Stripe answered.
pub(super) struct Fault {
    status: StatusCode,
    pub(super) error: ErrorObject,
}

/// A name and a value of a form, or of a query.
pub(super) type Pair = (&'static str, String);

impl Api {
    pub(super) fn new(
        provider: &str,
        settings: &super::StripeSettings,
    ) -> Result<Self, StartError> {
        Ok(Self {
            http: http::built(http::client(settings.timeout))?,
            base: settings.base_url.trim_end_matches('/').to_owned(),
            key: settings.secret_key.clone(),
            provider: provider.to_owned(),
        })
    }

    pub(super) fn get(&self, path: &str, query: &[Pair]) -> Result<RequestBuilder, Failure> {
        let query = encoded(query)?;
        Ok(self.request(Method::GET, &format!("{path}?{query}")))
    }

    pub(super) fn post(&self, path: &str, form: &[Pair]) -> Result<RequestBuilder, Failure> {
        let request = self.request(Method::POST, path);
        let kind = "application/x-www-form-urlencoded";
        Ok(request.header("content-type", kind).body(encoded(form)?))
    }

    /// Puts a file there, where files are: beside the API, at Stripe under a name of its own.
    pub(super) fn upload(&self, purpose: &str, media_type: &str, bytes: &[u8]) -> RequestBuilder {
        // Of the file itself: sellers write files, and none can be made that has its own digest in it.
        let boundary = format!("feira-{}", hex::encode(Sha256::digest(bytes)));
        let head = format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"purpose\"\r\n\r\n{purpose}\r\n\
             --{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"evidence\"\r\n\
             content-type: {media_type}\r\n\r\n"
        );
        let end = format!("\r\n--{boundary}--\r\n");
        let body = [head.as_bytes(), bytes, end.as_bytes()].concat();
        let base = self
            .base
            .replace("https://api.stripe.com", "https://files.stripe.com");
        let kind = format!("multipart/form-data; boundary={boundary}");
        self.signed(Method::POST, &base, "files")
            .header("content-type", kind)
            .body(body)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.signed(method, &self.base, path)
    }

    fn signed(&self, method: Method, base: &str, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{base}/v1/{path}"))
            .bearer_auth(&self.key)
            .header("stripe-version", VERSION)
    }

    /// The answer, or the error that was answered.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
    ) -> Result<Result<T, Fault>, Failure> {
        let (status, body) = http::exchange(request).await?;
        if status.is_success() {
            let answer = serde_json::from_slice(&body);
            return answer.map(Ok).map_err(|e| broken(&e.to_string()));
        }
        // Whatever stands between may answer too, and what it denies Stripe may have done.
        match serde_json::from_slice::<ErrorBody>(&body) {
            Ok(ErrorBody { error }) => Ok(Err(Fault { status, error })),
            Err(_) => Err(http::answered(status)),
        }
    }

    /// The newest that was marked so, if any was.
    pub(super) async fn find<T: Listed + DeserializeOwned + Send>(
        &self,
        path: &str,
        filters: &[Pair],
        (mark, value): (&str, &str),
    ) -> Result<Option<T>, Failure> {
        let mut query = filters.to_vec();
        query.push(("limit", PAGE.to_string()));
        for _ in 0..PAGES {
            let request = self.get(path, &query)?;
            let mut page: Page<T> = self.told(request).await?;
            let marked = |one: &T| one.metadata().get(mark).is_some_and(|found| found == value);
            let found = page.data.iter().position(marked);
            if let Some(index) = found {
                return Ok(Some(page.data.swap_remove(index)));
            }
            let last = page.data.pop().filter(|_| page.has_more);
            let Some(last) = last else { return Ok(None) };
            query.truncate(filters.len() + 1);
            query.push(("starting_after", last.id().to_owned()));
        }
        Err(Failure::Unknown("too many to look at".to_owned()))
    }

    /// All that are there; more than there can be are no answer.
    pub(super) async fn all<T: Listed + DeserializeOwned + Send>(
        &self,
        path: &str,
    ) -> Result<Vec<T>, Failure> {
        let mut all: Vec<T> = Vec::new();
        for _ in 0..PAGES {
            let mut query = vec![("limit", PAGE.to_string())];
            query.extend(
                all.last()
                    .map(|last| ("starting_after", last.id().to_owned())),
            );
            let page: Page<T> = self.told(self.get(path, &query)?).await?;
            let more = page.has_more && !page.data.is_empty();
            all.extend(page.data);
            if !more {
                return Ok(all);
            }
        }
        Err(Failure::Unknown("too many to look at".to_owned()))
    }

    /// The answer where an error has no meaning of its own.
    pub(super) async fn told<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
    ) -> Result<T, Failure> {
        let answer = self.ask(request).await?;
        answer.map_err(|fault| self.failure(&fault))
    }

    pub(super) fn failure(&self, fault: &Fault) -> Failure {
        let told = fault.told();
        match fault.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Failure::Misconfigured(format!(
                "payments.providers.{}.api_key: {told}",
                self.provider
            )),
            StatusCode::NOT_FOUND => Failure::NotFound,
            // Still running, too many, or for now: asked again with the same key.
            StatusCode::CONFLICT | StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => {
                Failure::Unknown(told)
            }
            _ if fault.is("rate_limit") => Failure::Unknown(told),
            status if status.is_client_error() => Failure::Refused(told),
            _ => Failure::Unknown(told),
        }
    }
}

impl Fault {
    /// The key was used with other parameters.
    pub(super) fn is_reused_key(&self) -> bool {
        self.error.kind.as_deref() == Some("idempotency_error")
            && self.status == StatusCode::BAD_REQUEST
    }

    pub(super) fn is_declined(&self) -> bool {
        self.status == StatusCode::PAYMENT_REQUIRED
    }

    /// Of a refund: there is not as much left, or nothing.
    pub(super) fn is_given_back(&self) -> bool {
        let too_much = self.error.param.as_deref() == Some("amount");
        self.status == StatusCode::BAD_REQUEST && (too_much || self.is("charge_already_refunded"))
    }

    /// Of a transfer: the balance is less. Nothing moved.
    pub(super) fn is_short(&self) -> bool {
        self.is("balance_insufficient") || self.is("insufficient_funds")
    }

    fn is(&self, code: &str) -> bool {
        self.error.code.as_deref() == Some(code)
    }

    /// Its codes; its message may repeat what it was given.
    fn told(&self) -> String {
        let error = &self.error;
        let parts = [&error.kind, &error.code, &error.decline_code, &error.param];
        let parts = parts.into_iter().flatten().map(String::as_str);
        let parts: Vec<&str> = parts.collect();
        format!("answered {}: {}", self.status, parts.join(", "))
    }
}

fn encoded(pairs: &[Pair]) -> Result<String, Failure> {
    let written = Url::parse_with_params("form:", pairs);
    let written = written.map_err(|e| Failure::Unknown(e.to_string()))?;
    Ok(written.query().unwrap_or_default().to_owned())
}
