//! A request that has an effect.

use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use crate::support::{Answer, Client};

/// One request that has an effect, and its route in the document.
pub(crate) struct Case {
    pub(crate) client: Client,
    pub(crate) path: String,
    pub(crate) body: Body,
}

pub(crate) enum Body {
    Json(Value),
    Raw(&'static str, Vec<u8>),
}

impl Case {
    pub(super) fn with(self, body: Body) -> Self {
        Self { body, ..self }
    }

    pub(super) fn request(&self, key: &str) -> RequestBuilder {
        let request = self.client.with("idempotency-key", key);
        let request = request.request(Method::POST, &self.path);
        match &self.body {
            Body::Json(body) => request.json(body),
            Body::Raw(kind, bytes) => request.header("content-type", *kind).body(bytes.clone()),
        }
    }

    pub(crate) async fn send(&self, key: &str) -> Answer {
        self.client.send(self.request(key)).await
    }
}
