//! Calls of Woovi's API, and what its errors mean.

use reqwest::{
    Method, RequestBuilder, StatusCode,
    header::{AUTHORIZATION, HeaderValue},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::WooviSettings;
use crate::{
    StartError,
    provider::{
        Failure,
        http::{self, broken},
    },
};

/// What is kept of what an error says.
const MOST_SAID: usize = 200;

/// Where it is, and the AppID that opens it.
pub(super) struct Api {
    http: reqwest::Client,
    base: String,
    app_id: HeaderValue,
    provider: String,
}

/// An error that Woovi answered: with a code that stays the same, or only in words.
#[derive(Deserialize)]
struct ErrorBody {
    error: Option<Value>,
    errors: Option<Value>,
    code: Option<Value>,
}

impl Api {
    pub(super) fn new(provider: &str, settings: &WooviSettings) -> Result<Self, StartError> {
        let app_id = HeaderValue::from_str(&settings.app_id);
        let why = "it has characters that no header may have";
        let mut app_id = app_id.map_err(|_| StartError::Unusable("api_key", why.to_owned()))?;
        app_id.set_sensitive(true);
        Ok(Self {
            http: http::built(http::client(settings.timeout))?,
            base: settings.base_url.trim_end_matches('/').to_owned(),
            app_id,
            provider: provider.to_owned(),
        })
    }

    /// Nothing is asked but by an id or a page that is well formed: what is refused is not there, which
    /// older answers say with 400, and newer ones with 404.
    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        match self.ask(self.request(Method::GET, path)).await {
            Err(Failure::Refused(_)) => Err(Failure::NotFound),
            answer => answer,
        }
    }

    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &Value,
    ) -> Result<T, Failure> {
        self.ask(self.request(Method::POST, path).json(body)).await
    }

    pub(super) async fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.ask(self.request(Method::DELETE, path)).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}/api/v1/{path}", self.base))
            .header(AUTHORIZATION, self.app_id.clone())
    }

    async fn ask<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Failure> {
        let (status, body) = http::exchange(request).await?;
        if status.is_success() {
            return serde_json::from_slice(&body).map_err(|e| broken(&e.to_string()));
        }
        Err(self.failure(status, &body))
    }

    /// Whatever stands between may answer too, and what it denies Woovi may have done.
    fn failure(&self, status: StatusCode, body: &[u8]) -> Failure {
        let own = serde_json::from_slice::<ErrorBody>(body).ok();
        let Some(said) = own.as_ref().and_then(ErrorBody::said) else {
            return http::answered(status);
        };
        let said = format!("answered {status}: {said}");
        match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Failure::Misconfigured(format!(
                "payments.providers.{}.api_key: {said}",
                self.provider
            )),
            StatusCode::NOT_FOUND => Failure::NotFound,
            // Still running, locked, too many, or for now: asked again with the same id.
            StatusCode::CONFLICT
            | StatusCode::REQUEST_TIMEOUT
            | StatusCode::LOCKED
            | StatusCode::TOO_MANY_REQUESTS => Failure::Unknown(said),
            status if status.is_client_error() => Failure::Refused(said),
            _ => Failure::Unknown(said),
        }
    }
}

impl ErrorBody {
    /// Its code, or its words: nothing of a person is told there that they could repeat. Nothing if it is
    /// none of Woovi's errors.
    fn said(&self) -> Option<String> {
        let some = [&self.code, &self.error, &self.errors];
        let first = some.into_iter().flatten().find(|value| !value.is_null())?;
        let text = match first {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Some(text.chars().take(MOST_SAID).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(status: u16, body: &str) -> Failure {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let api = Api {
            http: reqwest::Client::new(),
            base: String::new(),
            app_id: HeaderValue::from_static("x"),
            provider: "woovi".to_owned(),
        };
        api.failure(StatusCode::from_u16(status).unwrap(), body.as_bytes())
    }

    #[test]
    fn an_error_says_its_code_or_its_words() {
        let long = "x".repeat(300);
        let wordy = format!(r#"{{"error":"{long}"}}"#);
        for (body, said) in [
            (r#"{"error":"in words","code":"NOT_OPEN"}"#, "NOT_OPEN"),
            (r#"{"error":"in words"}"#, "in words"),
            (r#"{"error":["value"]}"#, "[\"value\"]"),
            (
                r#"{"data":null,"errors":[{"message":"x"}]}"#,
                "[{\"message\":\"x\"}]",
            ),
            (wordy.as_str(), &long[..200]),
        ] {
            let said = format!("answered 400 Bad Request: {said}");
            assert_eq!(failure(400, body), Failure::Refused(said), "{body}");
        }
    }

    #[test]
    fn only_its_own_errors_refuse_or_deny() {
        let own = r#"{"error":"in words"}"#;
        assert_eq!(failure(404, own), Failure::NotFound);
        assert!(matches!(failure(422, own), Failure::Refused(_)));
        let named = |status| match failure(status, own) {
            Failure::Misconfigured(said) => said.contains("payments.providers.woovi.api_key"),
            _ => false,
        };
        assert!(named(401) && named(403));
        let unknown = |status, body| matches!(failure(status, body), Failure::Unknown(_));
        for status in [408, 409, 423, 429, 500, 502, 503, 504, 302] {
            assert!(unknown(status, own), "{status}");
        }
        for body in [
            "",
            "<html>a firewall</html>",
            "{}",
            "[]",
            "null",
            "{\"error\":null}",
        ] {
            for status in [400, 401, 404, 500] {
                assert!(unknown(status, body), "{status} {body}");
            }
        }
    }
}
