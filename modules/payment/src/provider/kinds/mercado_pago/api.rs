//! Calls of Mercado Pago's API, and what its errors mean.

use reqwest::{Method, RequestBuilder, StatusCode};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::MercadoPagoSettings;
use crate::{
    StartError,
    provider::{
        Failure,
        http::{self, broken},
    },
};

/// What is kept of the codes of an error.
const MOST_SAID: usize = 200;

/// Where it is, and the token that opens it.
pub(super) struct Api {
    http: reqwest::Client,
    base: String,
    token: String,
    provider: String,
}

/// An error that Mercado Pago answered.
#[derive(Deserialize)]
struct ErrorBody {
    error: Option<String>,
    message: Option<String>,
    cause: Option<Value>,
}

impl Api {
    pub(super) fn new(provider: &str, settings: &MercadoPagoSettings) -> Result<Self, StartError> {
        Ok(Self {
            http: http::built(http::client(settings.timeout))?,
            base: settings.base_url.trim_end_matches('/').to_owned(),
            token: settings.access_token.clone(),
            provider: provider.to_owned(),
        })
    }

    pub(super) fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    /// Whatever changes something has a key there.
    pub(super) fn send(
        &self,
        method: Method,
        path: &str,
        key: &str,
        body: &impl Serialize,
    ) -> RequestBuilder {
        let request = self.request(method, path);
        request.header("x-idempotency-key", key).json(body)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}/v1/{path}", self.base))
            .bearer_auth(&self.token)
    }

    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
    ) -> Result<T, Failure> {
        let (status, body) = http::exchange(request).await?;
        if status.is_success() {
            return serde_json::from_slice(&body).map_err(|e| broken(&e.to_string()));
        }
        Err(self.failure(status, &body))
    }

    /// Whatever stands between may answer too, and what it denies Mercado Pago may have done.
    fn failure(&self, status: StatusCode, body: &[u8]) -> Failure {
        let own = serde_json::from_slice::<ErrorBody>(body).ok();
        let own = own.filter(|own| own.error.is_some() || own.message.is_some());
        let Some(own) = own else {
            return http::answered(status);
        };
        let said = format!("answered {status}: {}", own.said());
        match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Failure::Misconfigured(format!(
                "payments.providers.{}.api_key: {said}",
                self.provider
            )),
            StatusCode::NOT_FOUND => Failure::NotFound,
            // Still running, locked, too many, or for now: asked again with the same key.
            StatusCode::CONFLICT
            | StatusCode::REQUEST_TIMEOUT
            | StatusCode::LOCKED
            | StatusCode::FAILED_DEPENDENCY
            | StatusCode::TOO_MANY_REQUESTS => Failure::Unknown(said),
            status if status.is_client_error() => Failure::Refused(said),
            _ => Failure::Unknown(said),
        }
    }
}

impl ErrorBody {
    /// Its codes; its messages may repeat what it was given.
    fn said(&self) -> String {
        let causes = match &self.cause {
            Some(Value::Array(all)) => all.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        let codes = causes.iter().filter_map(|cause| match cause.get("code")? {
            Value::String(code) => Some(code.clone()),
            code => code.as_i64().map(|code| code.to_string()),
        });
        let parts: Vec<String> = self.error.iter().cloned().chain(codes).collect();
        parts.join(", ").chars().take(MOST_SAID).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(status: u16, body: &str) -> Failure {
        let api = Api {
            http: reqwest::Client::new(),
            base: String::new(),
            token: String::new(),
            provider: "mp".to_owned(),
        };
        api.failure(StatusCode::from_u16(status).unwrap(), body.as_bytes())
    }

    #[test]
    fn an_error_says_its_codes_and_not_what_it_was_given() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let body = r#"{"message":"ana@example.com is invalid","error":"bad_request","status":400,
            "cause":[{"code":4050,"description":"payer.email ana@example.com"},{"code":"x1"}]}"#;
        let said = "answered 400 Bad Request: bad_request, 4050, x1";
        assert_eq!(failure(400, body), Failure::Refused(said.to_owned()));
        for body in [
            r#"{"message":"x","cause":null}"#,
            r#"{"message":"x","cause":{}}"#,
        ] {
            let said = "answered 422 Unprocessable Entity: ".to_owned();
            assert_eq!(failure(422, body), Failure::Refused(said));
        }
    }

    #[test]
    fn only_its_own_errors_refuse_or_deny() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let own = r#"{"message":"x","error":"y"}"#;
        assert_eq!(failure(404, own), Failure::NotFound);
        let named = |status| match failure(status, own) {
            Failure::Misconfigured(said) => said.contains("payments.providers.mp.api_key"),
            _ => false,
        };
        assert!(named(401) && named(403));
        let unknown = |status, body| matches!(failure(status, body), Failure::Unknown(_));
        for status in [408, 409, 423, 424, 429, 500, 502, 503, 504, 302] {
            assert!(unknown(status, own), "{status}");
        }
        for body in ["", "<html>a firewall</html>", "{}", "[]", "null"] {
            for status in [400, 401, 404, 500] {
                assert!(unknown(status, body), "{status} {body}");
            }
        }
    }
}
