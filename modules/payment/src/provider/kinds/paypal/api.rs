//! Calls of PayPal's API, and what its errors mean.

use feira_kernel::Clock;
use reqwest::{Client, Method, StatusCode, header::CONTENT_TYPE};
use serde::{Deserialize, de::DeserializeOwned};

use super::PaypalSettings;
use crate::{
    StartError,
    provider::{
        Failure,
        http::{self, broken},
        tokens::Tokens,
    },
};

/// What is kept of the names of an error.
const MOST_SAID: usize = 200;

/// Where it is, and the tokens that open it.
pub(super) struct Api {
    http: Client,
    base: String,
    tokens: Tokens,
    provider: String,
}

/// An error that PayPal answered.
#[derive(Deserialize)]
struct ErrorBody {
    #[serde(alias = "error")]
    name: String,
    #[serde(default)]
    details: Vec<Detail>,
}

#[derive(Deserialize)]
struct Detail {
    issue: Option<String>,
    field: Option<String>,
}

impl Api {
    pub(super) fn new(
        provider: &str,
        settings: &PaypalSettings,
        clock: Clock,
    ) -> Result<Self, StartError> {
        let http = http::built(http::client(settings.timeout))?;
        Ok(Self {
            tokens: Tokens::new(http.clone(), settings.tokens(), clock)?,
            http,
            base: settings.base().to_owned(),
            provider: provider.to_owned(),
        })
    }

    /// The answer, or what its error means.
    pub(super) async fn told<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: Option<&str>,
    ) -> Result<T, Failure> {
        let (status, answer) = self.exchange(&method, path, key, body).await?;
        if status.is_success() {
            return serde_json::from_slice(&answer).map_err(|e| broken(&e.to_string()));
        }
        Err(self.failure(status, &answer))
    }

    /// Of what is answered by nothing.
    pub(super) async fn done(&self, method: Method, path: &str, key: &str) -> Result<(), Failure> {
        let (status, answer) = self.exchange(&method, path, Some(key), None).await?;
        if status.is_success() {
            return Ok(());
        }
        Err(self.failure(status, &answer))
    }

    /// One exchange; a second one with another token if this one is no longer taken.
    async fn exchange(
        &self,
        method: &Method,
        path: &str,
        key: Option<&str>,
        body: Option<&str>,
    ) -> Result<(StatusCode, Vec<u8>), Failure> {
        let token = self.tokens.other_than("").await?;
        let (status, answer) = self.call(method, path, (key, body), &token).await?;
        if status != StatusCode::UNAUTHORIZED {
            return Ok((status, answer));
        }
        let token = self.tokens.other_than(&token).await?;
        self.call(method, path, (key, body), &token).await
    }

    async fn call(
        &self,
        method: &Method,
        path: &str,
        (key, body): (Option<&str>, Option<&str>),
        token: &str,
    ) -> Result<(StatusCode, Vec<u8>), Failure> {
        let url = format!("{}/{path}", self.base);
        let mut request = self.http.request(method.clone(), url).bearer_auth(token);
        request = request.header("prefer", "return=representation");
        request = request.header(CONTENT_TYPE, "application/json");
        if let Some(key) = key {
            request = request.header("paypal-request-id", key);
        }
        if let Some(body) = body {
            request = request.body(body.to_owned());
        }
        http::exchange(request).await
    }

    /// Whatever stands between may answer too, and what it denies PayPal may have done.
    fn failure(&self, status: StatusCode, body: &[u8]) -> Failure {
        let Ok(own) = serde_json::from_slice::<ErrorBody>(body) else {
            return http::answered(status);
        };
        let said = format!("answered {status}: {}", own.said());
        match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Failure::Misconfigured(format!(
                "payments.providers.{}.client_id: {said}",
                self.provider
            )),
            StatusCode::NOT_FOUND => Failure::NotFound,
            // Still running, too many, or for now: asked again with the same key.
            StatusCode::CONFLICT | StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => {
                Failure::Unknown(said)
            }
            status if status.is_client_error() => Failure::Refused(said),
            _ => Failure::Unknown(said),
        }
    }
}

impl ErrorBody {
    /// Its names; its words may repeat what it was given.
    fn said(&self) -> String {
        let of = |detail: &Detail| {
            let both = [&detail.issue, &detail.field].into_iter().flatten();
            both.cloned().collect::<Vec<_>>().join(" ")
        };
        let parts = std::iter::once(self.name.clone()).chain(self.details.iter().map(of));
        let parts: Vec<String> = parts.collect();
        parts.join(", ").chars().take(MOST_SAID).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn failure(status: u16, body: &str) -> Failure {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let settings = PaypalSettings {
            base_url: "http://127.0.0.1:9/".to_owned(),
            client_id: "client".to_owned(),
            client_secret: "secret".to_owned(),
            account: "M".to_owned(),
            takes: Vec::new(),
            authorize: false,
            return_url: String::new(),
            cancel_url: String::new(),
            webhook_id: String::new(),
            refund_window: time::Duration::days(1),
            holds_inquiries: true,
            dispute_outcome: "outcome_code".to_owned(),
            dispute_won: vec!["RESOLVED_SELLER_FAVOUR".to_owned()],
            dispute_lost: vec!["RESOLVED_BUYER_FAVOUR".to_owned()],
            timeout: Duration::from_secs(1),
        };
        let clock = Clock::test(crate::testing::NOW).clock();
        let api = Api::new("pp", &settings, clock).unwrap();
        api.failure(StatusCode::from_u16(status).unwrap(), body.as_bytes())
    }

    #[test]
    fn an_error_says_its_names_and_not_what_it_was_given() {
        let body = r#"{"name":"UNPROCESSABLE_ENTITY","message":"...","debug_id":"90957fca61718",
            "details":[{"issue":"INSTRUMENT_DECLINED","description":"ana@example.com"},
            {"field":"/purchase_units/@reference_id=='default'/amount","value":"1","issue":"X"}]}"#;
        let Failure::Refused(said) = failure(422, body) else {
            panic!("it is refused");
        };
        assert!(said.starts_with("answered 422"), "{said}");
        assert!(
            said.contains("INSTRUMENT_DECLINED, X /purchase_units"),
            "{said}"
        );
        assert!(!said.contains("ana@"), "{said}");
    }

    #[test]
    fn only_its_own_errors_refuse_or_deny() {
        let own = r#"{"name":"RESOURCE_NOT_FOUND","debug_id":"1"}"#;
        assert_eq!(failure(404, own), Failure::NotFound);
        let token = r#"{"error":"invalid_token","error_description":"x"}"#;
        for status in [401, 403] {
            let Failure::Misconfigured(said) = failure(status, token) else {
                panic!("{status}");
            };
            assert!(
                said.starts_with("payments.providers.pp.client_id: "),
                "{said}"
            );
        }
        let unknown = |status, body| matches!(failure(status, body), Failure::Unknown(_));
        for status in [408, 409, 429, 500, 502, 503, 504, 302] {
            assert!(unknown(status, own), "{status}");
        }
        for body in ["", "<html>a firewall</html>", "{}", "[]", "null"] {
            for status in [400, 401, 404, 422, 500] {
                assert!(unknown(status, body), "{status} {body}");
            }
        }
    }
}
