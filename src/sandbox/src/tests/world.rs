use std::time::Duration;

use actix_web::{App, HttpServer, web};
use feira_testkit::TestDb;
use serde_json::{Value, json};

use crate::{Sandbox, Settings, configure};

pub(super) const KEY: &str = "key-of-the-sandbox-01";
pub(super) const SECRET: &str = "the-webhook-secret-of-the-sandbox";
pub(super) const PAYEE: &str = "feira";

pub(super) fn settings(webhook_url: Option<String>) -> Settings {
    Settings {
        api_key: KEY.to_owned(),
        webhook_url,
        webhook_secret: SECRET.to_owned(),
        public_url: "http://localhost:8080".to_owned(),
        payee: PAYEE.to_owned(),
        hold: Duration::from_secs(30),
        delay: time::Duration::seconds(5),
        deliver_at_once: false,
    }
}

/// A provider on a port of its own.
pub(super) struct Server {
    pub(super) sandbox: Sandbox,
    pub(super) base: String,
    client: reqwest::Client,
}

impl Server {
    pub(super) async fn start(db: &TestDb, webhook_url: Option<String>) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let sandbox = Sandbox::new(db.env("sandbox"), settings(webhook_url)).unwrap();
        let data = web::Data::new(sandbox.clone());
        let server =
            HttpServer::new(move || App::new().app_data(data.clone()).configure(configure))
                .workers(1)
                .disable_signals()
                .bind(("127.0.0.1", 0))
                .unwrap();
        let base = format!("http://{}/sandbox", server.addrs()[0]);
        tokio::spawn(server.run());
        Self {
            sandbox,
            base,
            client: reqwest::Client::builder()
                // Reading the certificates of the machine takes longer than a request, and nothing here uses TLS.
                .tls_certs_only([])
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap(),
        }
    }

    pub(super) async fn send(
        &self,
        method: &str,
        path: &str,
        key: &str,
        body: Option<Value>,
    ) -> (u16, Value) {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if !key.is_empty() {
            request = request.header("idempotency-key", key);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.bearer_auth(KEY).send().await.unwrap();
        let status = response.status().as_u16();
        (status, response.json().await.unwrap_or(Value::Null))
    }

    pub(super) async fn charge(
        &self,
        key: &str,
        method: &str,
        token: Option<&str>,
        amount: i64,
    ) -> (u16, Value) {
        let mut body = json!({
            "method": method, "amount": amount, "currency": "BRL", "description": "F-1 <b>",
            "expires_at": "2026-03-02T12:30:00Z",
        });
        if let Some(token) = token {
            body["token"] = json!(token);
        }
        self.send("POST", "/v1/charges", key, Some(body)).await
    }

    pub(super) async fn get(&self, path: &str) -> (u16, Value) {
        self.send("GET", path, "", None).await
    }

    pub(super) async fn post(&self, path: &str) -> (u16, Value) {
        self.send("POST", path, "", None).await
    }

    /// As a browser does.
    pub(super) async fn browse(&self, method: reqwest::Method, path: &str) -> (u16, String) {
        let request = self.client.request(method, format!("{}{path}", self.base));
        let response = request
            .header("accept", "text/html,*/*")
            .send()
            .await
            .unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }
}
