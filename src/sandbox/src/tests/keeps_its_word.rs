use std::{sync::Arc, time::Duration};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use async_trait::async_trait;
use feira_kernel::Env;
use feira_payment::{
    ProviderKind, ProviderSettings, ProviderWebhook, SandboxSettings,
    testing::{ProviderHarness, provider_contract},
};
use feira_testkit::TestDb;
use serde_json::json;
use tokio::sync::Mutex;

use super::world::{KEY, PAYEE, SECRET, Server};

type Received = Arc<Mutex<Vec<ProviderWebhook>>>;

/// The provider by HTTP, and where its notifications come.
struct Harness {
    db: TestDb,
    env: Env,
    server: Server,
    received: Received,
}

async fn receive(
    received: web::Data<Received>,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let text = |value: &actix_web::http::header::HeaderValue| {
        value.to_str().unwrap_or_default().to_owned()
    };
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_string(), text(value)));
    received.lock().await.push(ProviderWebhook {
        provider: "tried".to_owned(),
        path: String::new(),
        headers: headers.collect(),
        body: body.to_vec(),
    });
    HttpResponse::NoContent().finish()
}

impl Harness {
    async fn new(db: &TestDb) -> Self {
        let received = Received::default();
        let data = web::Data::new(received.clone());
        let shop = HttpServer::new(move || {
            App::new()
                .app_data(data.clone())
                .route("/hook", web::post().to(receive))
        })
        .workers(1)
        .disable_signals()
        .bind(("127.0.0.1", 0))
        .unwrap();
        let url = format!("http://{}/hook", shop.addrs()[0]);
        tokio::spawn(shop.run());
        Self {
            db: db.clone(),
            env: db.env("sandbox"),
            server: Server::start(db, Some(url)).await,
            received,
        }
    }
}

#[async_trait]
impl ProviderHarness for Harness {
    fn settings(&self) -> ProviderSettings {
        let sandbox = SandboxSettings {
            instalments: 12,
            instalment_least: Vec::new(),
            base_url: self.server.base.clone(),
            api_key: KEY.to_owned(),
            webhook_secrets: vec![SECRET.to_owned()],
            payee: PAYEE.to_owned(),
            // Long enough for an answer, and all that is waited for one that does not come.
            timeout: Duration::from_secs(3),
        };
        ProviderSettings::new("tried", ProviderKind::Sandbox(sandbox))
    }

    fn env(&self) -> Env {
        self.env.clone()
    }

    fn pass(&self, by: time::Duration) {
        self.db.clock().advance(by);
    }

    async fn pay(&self, txid: &str) {
        assert_eq!(self.server.post(&format!("/pix/{txid}/pay")).await.0, 200);
    }

    async fn confirm_card(&self, client_secret: &str) {
        let card = json!({"client_secret": client_secret, "token": "tok_approved"});
        let confirmed = self.server.send("POST", "/setups/confirm", "", Some(card));
        assert_eq!(confirmed.await.0, 200);
    }

    async fn dispute(&self, charge: &str) {
        let path = format!("/bank/charges/{charge}/disputes");
        let asked = Some(json!({"kind": "chargeback", "reason": "fraudulent"}));
        let made = self.server.send("POST", &path, charge, asked).await;
        assert_eq!(made.0, 201);
    }

    async fn lose_dispute(&self, charge: &str) {
        let path = format!("/v1/charges/{charge}/disputes");
        let (_, listed) = self.server.get(&path).await;
        let id = listed["items"][0]["id"].as_str().expect("it is listed");
        let path = format!("/bank/disputes/{id}/outcome");
        let lost = Some(json!({"status": "lost"}));
        assert_eq!(self.server.send("POST", &path, "", lost).await.0, 200);
    }

    async fn set_account_open(&self, account: &str, open: bool) {
        let path = format!("/bank/accounts/{account}");
        let body = Some(json!({"open": open}));
        assert_eq!(self.server.send("POST", &path, "", body).await.0, 200);
    }

    async fn drain_account(&self, account: &str) {
        let path = format!("/bank/accounts/{account}/drain");
        assert_eq!(self.server.post(&path).await.0, 200);
    }

    async fn notifications(&self) -> Vec<ProviderWebhook> {
        self.server.sandbox.deliver_due().await.unwrap();
        std::mem::take(&mut *self.received.lock().await)
    }
}

#[feira_testkit::test("sandbox")]
async fn what_the_sandbox_says_that_it_can_do_it_can(db: TestDb) {
    let harness = Harness::new(&db).await;
    provider_contract(&harness).await;
    harness.server.sandbox.release();
}
