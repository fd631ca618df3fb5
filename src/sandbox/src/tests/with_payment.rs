use std::{sync::Arc, time::Duration};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use async_trait::async_trait;
use feira_kernel::{Actor, Runner};
use feira_payment::{
    Deps, Method, NextAction, Payment, PaymentStatus as S, Payments, ProviderKind,
    ProviderSettings, ProviderWebhook, SandboxSettings,
    br_code::{BrCode, Merchant},
    testing::{self, Subject},
};
use feira_store::testing::FakeStores;
use feira_testkit::TestDb;
use tokio::sync::OnceCell;

use super::world::{KEY, PAYEE, SECRET, Server};

/// Provider and payment module, joined by HTTP alone.
struct Pair {
    db: TestDb,
    server: Server,
    payments: Arc<dyn Payments>,
    runner: Runner,
}

type Late = Arc<OnceCell<Arc<dyn Payments>>>;

async fn hook(payments: web::Data<Late>, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    let headers = request.headers().iter();
    let webhook = ProviderWebhook {
        provider: "sandbox".to_owned(),
        path: String::new(),
        headers: headers
            .map(|(name, value)| {
                (
                    name.to_string(),
                    value.to_str().unwrap_or_default().to_owned(),
                )
            })
            .collect(),
        body: body.to_vec(),
    };
    let payments = payments.get().unwrap();
    match payments
        .provider_webhook(&Actor::system("gateway"), webhook)
        .await
    {
        Ok(()) => HttpResponse::NoContent().finish(),
        Err(error) => HttpResponse::BadRequest().body(error.to_string()),
    }
}

impl Pair {
    async fn new(db: &TestDb, charge_deadline: Duration) -> Self {
        let late: Late = Late::default();
        let data = web::Data::new(late.clone());
        let shop = HttpServer::new(move || {
            App::new()
                .app_data(data.clone())
                .route("/hook", web::post().to(hook))
        })
        .workers(1)
        .disable_signals()
        .bind(("127.0.0.1", 0))
        .unwrap();
        let url = format!("http://{}/hook", shop.addrs()[0]);
        tokio::spawn(shop.run());
        let server = Server::start(db, Some(url)).await;
        let sandbox = ProviderKind::Sandbox(SandboxSettings {
            instalments: 12,
            instalment_least: Vec::new(),
            base_url: server.base.clone(),
            api_key: KEY.to_owned(),
            webhook_secrets: vec![SECRET.to_owned()],
            payee: PAYEE.to_owned(),
            timeout: Duration::from_secs(10),
        });
        let settings = feira_payment::Settings {
            providers: vec![ProviderSettings::new("sandbox", sandbox)],
            charge_deadline,
            ..feira_payment::Settings::default()
        };
        let deps = Deps {
            stores: Arc::new(FakeStores::new()),
            documents: feira_payment::Documents::on_disk(
                feira_testkit::directory(),
                feira_kernel::db::DiskHealth::default(),
            ),
        };
        let module = feira_payment::start(db.env("payments"), deps, settings).unwrap();
        assert!(late.set(module.api.clone()).is_ok());
        let runner = Runner::new(&[module.runtime, server.sandbox.runtime()]);
        runner.register().await.unwrap();
        Self {
            db: db.clone(),
            server,
            payments: module.api,
            runner,
        }
    }

    async fn start(&self, method: Method) -> Payment {
        let split = testing::split(
            feira_kernel::StoreId(testing::random()),
            testing::random(),
            2500,
        );
        let start = testing::start(testing::random(), method, vec![split]);
        self.payments.start(&testing::order(), start).await.unwrap()
    }

    async fn status(&self, payment: &Payment) -> S {
        self.payments
            .payment(&testing::order(), payment.id)
            .await
            .unwrap()
            .status
    }

    /// Where the code that the buyer scans leads to.
    fn pay_path(payment: &Payment) -> String {
        let NextAction::PixCode { br_code, .. } = &payment.next_action else {
            panic!("{payment:?}");
        };
        match BrCode::parse(br_code).unwrap().merchant {
            Merchant::Dynamic { url } => format!("{}/pay", url.split_once("/sandbox").unwrap().1),
            Merchant::Static { .. } => panic!("not a dynamic code"),
        }
    }
}

#[async_trait]
impl Subject for Pair {
    fn payments(&self) -> Arc<dyn Payments> {
        self.payments.clone()
    }

    async fn pay(&self, payment: &Payment) {
        let path = format!("{}?late=true", Self::pay_path(payment));
        assert_eq!(self.server.post(&path).await.0, 200);
        assert_eq!(self.server.sandbox.deliver_due().await.unwrap(), 1);
    }
}

#[feira_testkit::test("payments")]
async fn the_payment_module_keeps_its_contract_with_the_sandbox(db: TestDb) {
    let pair = Pair::new(&db, Duration::from_secs(5)).await;
    testing::contract(&pair).await;
}

#[feira_testkit::test("payments")]
async fn the_card_that_times_out_is_found_captured_and_charged_once(db: TestDb) {
    let pair = Pair::new(&db, Duration::from_millis(300)).await;
    let payment = pair.start(testing::card("tok_timeout_after_charge")).await;
    assert_eq!(payment.status, S::Pending);
    pair.db.clock().advance(time::Duration::seconds(15));
    pair.runner.settle().await.unwrap();
    assert_eq!(pair.status(&payment).await, S::Completed);
    let (_, record) = pair.server.get("/v1/charges").await;
    assert_eq!(record["items"].as_array().unwrap().len(), 1);
    pair.server.sandbox.release();
}

#[feira_testkit::test("payments")]
async fn a_delayed_card_and_a_late_pix_are_told_by_webhooks(db: TestDb) {
    let pair = Pair::new(&db, Duration::from_secs(5)).await;
    let card = pair.start(testing::card("tok_delayed")).await;
    assert_eq!(
        (card.status, &card.next_action),
        (S::Pending, &NextAction::None {})
    );
    let waits = pair.start(testing::card("tok_needs_confirmation")).await;
    assert!(
        matches!(&waits.next_action, NextAction::CardConfirmation { url: Some(url), .. } if url.contains("/sandbox/confirm/"))
    );
    pair.db.clock().advance(time::Duration::seconds(5));
    pair.runner.settle().await.unwrap();
    assert_eq!(pair.status(&card).await, S::Completed);

    let pix = pair.start(Method::Pix {}).await;
    pair.payments
        .cancel(&testing::order(), pix.id)
        .await
        .unwrap();
    let path = Pair::pay_path(&pix);
    assert_eq!(pair.server.post(&path).await.0, 409);
    assert_eq!(pair.server.post(&format!("{path}?late=true")).await.0, 200);
    assert_eq!(pair.server.sandbox.deliver_due().await.unwrap(), 1);
    assert_eq!(pair.status(&pix).await, S::Completed);
}

#[feira_testkit::test("payments")]
async fn a_webhook_that_is_not_taken_is_sent_again(db: TestDb) {
    let pair = Pair::new(&db, Duration::from_secs(5)).await;
    let pix = pair.start(Method::Pix {}).await;
    assert_eq!(pair.server.post(&Pair::pay_path(&pix)).await.0, 200);
    let down = Server::start(&pair.db, Some("http://127.0.0.1:9/hook".to_owned())).await;
    assert_eq!(down.sandbox.deliver_due().await.unwrap(), 0);
    assert_eq!(pair.status(&pix).await, S::Pending);
    assert_eq!(pair.server.sandbox.deliver_due().await.unwrap(), 0);
    pair.db.clock().advance(time::Duration::seconds(2));
    assert_eq!(pair.server.sandbox.deliver_due().await.unwrap(), 1);
    assert_eq!(pair.status(&pix).await, S::Completed);
    assert_eq!(pair.server.sandbox.deliver_due().await.unwrap(), 0);
}
