use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use feira_kernel::{
    Actor, Env, Money, Permission, Runner, StoreId, Surface, UserId,
    db::{self, DiskHealth},
    values,
};
use feira_payment::{
    Deps, Documents, MANAGE_PAYMENTS, MANAGE_PAYOUTS, Method, NewRefund, Payment, PaymentError,
    PaymentId, Payments, ProviderKind, ProviderSettings, ProviderWebhook, Refund, RefundPart,
    ReleaseEarning, SEE_BALANCE, SEE_PAYMENTS, SandboxSettings, Settings, StartPayment, testing,
};
use feira_store::testing::FakeStores;
use feira_testkit::{FromTestDb, TestDb};

use crate::provider::{PAYEE, Stub};

pub(crate) const SECRET: &str = "a-webhook-secret-of-32-bytes-or-so";
pub(crate) const OLD_SECRET: &str = "the-webhook-secret-before-that-one";

pub(crate) struct World {
    pub(crate) db: TestDb,
    pub(crate) env: Env,
    pub(crate) provider: Stub,
    pub(crate) stores: FakeStores,
    pub(crate) payments: Arc<dyn Payments>,
    pub(crate) runner: Runner,
}

pub(crate) fn sandbox(base_url: &str) -> SandboxSettings {
    SandboxSettings {
        instalments: 12,
        instalment_least: Vec::new(),
        base_url: base_url.to_owned(),
        api_key: "key-of-the-stub-0001".to_owned(),
        webhook_secrets: vec![SECRET.to_owned(), OLD_SECRET.to_owned()],
        payee: PAYEE.to_owned(),
        timeout: Duration::from_secs(10),
    }
}

/// The stub as a provider of this name.
pub(crate) fn at(name: &str, stub: &Stub) -> ProviderSettings {
    ProviderSettings::new(name, ProviderKind::Sandbox(sandbox(&stub.base_url)))
}

impl FromTestDb for World {
    async fn start(db: &TestDb) -> Self {
        Self::with(db, |_| {}).await
    }
}

impl World {
    pub(crate) async fn at(db: &TestDb, providers: Vec<ProviderSettings>) -> Self {
        Self::with(db, |settings| settings.providers = providers).await
    }

    pub(crate) async fn with(db: &TestDb, change: impl FnOnce(&mut Settings)) -> Self {
        Self::over(db, db.env("payments"), change).await
    }

    /// With the connections of the environment.
    pub(crate) async fn over(db: &TestDb, env: Env, change: impl FnOnce(&mut Settings)) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let provider = Stub::start().await;
        let stores = FakeStores::new();
        let mut settings = Settings {
            providers: vec![at("sandbox", &provider)],
            minimum_payout: vec![testing::brl(500)],
            charge_deadline: Duration::from_secs(5),
            ..Settings::default()
        };
        change(&mut settings);
        let deps = Deps {
            stores: Arc::new(stores.clone()),
            documents: documents(),
        };
        let module = feira_payment::start(env.clone(), deps, settings).unwrap();
        let runner = Runner::new(std::slice::from_ref(&module.runtime));
        runner.register().await.unwrap();
        Self {
            db: db.clone(),
            env,
            provider,
            stores,
            payments: module.api,
            runner,
        }
    }

    /// Time passes, and whatever comes due is done.
    pub(crate) async fn after(&self, by: time::Duration) {
        self.db.clock().advance(by);
        self.runner.settle().await.unwrap();
    }

    pub(crate) fn store(&self) -> StoreId {
        self.stores.add(feira_store::testing::store("Loja"))
    }

    /// A payment of one store's part.
    pub(crate) fn asked(&self, method: Method, amount: i64) -> StartPayment {
        let split = testing::split(self.store(), testing::random(), amount);
        let mut start = testing::start(testing::random(), method, vec![split]);
        start.expires_at = self.env.now() + time::Duration::minutes(30);
        start
    }

    pub(crate) async fn begin(&self, asked: StartPayment) -> Result<Payment, PaymentError> {
        self.payments.start(&testing::order(), asked).await
    }

    pub(crate) async fn cancel(&self, id: PaymentId) -> Result<Payment, PaymentError> {
        self.payments.cancel(&testing::order(), id).await
    }

    pub(crate) async fn refund(&self, refund: NewRefund) -> Result<Refund, PaymentError> {
        self.payments.refund(&testing::order(), refund).await
    }

    pub(crate) async fn started(&self, method: Method, amount: i64) -> Payment {
        self.begin(self.asked(method, amount)).await.unwrap()
    }

    /// A captured card payment over the amounts, one store and part each.
    pub(crate) async fn captured(&self, amounts: &[i64]) -> Paid {
        let splits = amounts
            .iter()
            .map(|amount| testing::split(self.store(), testing::random(), *amount));
        let mut start = testing::start(
            testing::random(),
            testing::card("tok_approved"),
            splits.collect(),
        );
        start.expires_at = self.env.now() + time::Duration::minutes(30);
        let payment = self.begin(start.clone()).await.unwrap();
        Paid { payment, start }
    }

    pub(crate) async fn payment(&self, id: PaymentId) -> Payment {
        self.payments.payment(&testing::order(), id).await.unwrap()
    }

    pub(crate) async fn release(&self, paid: &Paid, index: usize) {
        let release = ReleaseEarning {
            key: testing::random(),
            reference: paid.payment.reference,
            part: paid.start.splits[index].part,
            payment: Some(paid.payment.id),
        };
        self.payments
            .release_earning(&testing::order(), release)
            .await
            .unwrap();
    }

    /// A signed notification about the payment's charge.
    pub(crate) fn webhook(&self, event: &str, payment: PaymentId) -> ProviderWebhook {
        let charge = self.provider.charge(payment).id;
        self.signed(
            &format!(r#"{{"id":"{event}","type":"charge.updated","charge_id":"{charge}"}}"#),
            SECRET,
        )
    }

    pub(crate) fn signed(&self, body: &str, secret: &str) -> ProviderWebhook {
        let header = testing::signature(self.env.now(), body.as_bytes(), secret);
        ProviderWebhook {
            provider: "sandbox".to_owned(),
            path: String::new(),
            headers: vec![("feira-signature".to_owned(), header)],
            body: body.as_bytes().to_vec(),
        }
    }

    pub(crate) async fn notify(&self, webhook: ProviderWebhook) {
        self.payments
            .provider_webhook(&gateway(), webhook)
            .await
            .unwrap();
    }

    /// Names of the events published so far, in order.
    pub(crate) async fn events(&self) -> Vec<String> {
        let names: Option<Vec<String>> = db::scalar(
            self.env.pool.read(),
            "SELECT coalesce(array_agg(name ORDER BY transaction_id), '{}') FROM outbox_event",
            values![],
        )
        .await
        .unwrap();
        names.unwrap_or_default()
    }

    pub(crate) async fn count(&self, table: &str) -> i64 {
        let sql = format!("SELECT count(*) FROM {table}");
        db::scalar(self.env.pool.read(), &sql, values![])
            .await
            .unwrap()
            .unwrap()
    }

    /// Pending, payable, in payout and paid, in cents.
    pub(crate) async fn balance(&self, store: StoreId) -> [i64; 4] {
        let balances = self
            .payments
            .balance(&operator(), Some(store))
            .await
            .unwrap();
        balances.first().map_or([0; 4], |b| {
            [b.pending, b.payable, b.in_payout, b.paid]
                .map(|sum| i64::try_from(sum.minor()).unwrap())
        })
    }
}

pub(crate) struct Paid {
    pub(crate) payment: Payment,
    pub(crate) start: StartPayment,
}

impl Paid {
    pub(crate) fn store(&self, index: usize) -> StoreId {
        self.start.splits[index].store
    }

    pub(crate) fn refund(&self, parts: &[(usize, i64)]) -> NewRefund {
        NewRefund {
            rest_of: None,
            key: testing::random(),
            payment: self.payment.id,
            parts: parts
                .iter()
                .map(|(index, amount)| {
                    let split = &self.start.splits[*index];
                    RefundPart {
                        part: split.part,
                        amount: Money::from_minor(*amount, split.amount.currency()).unwrap(),
                    }
                })
                .collect(),
            reason: "buyer".to_owned(),
            borne_by: None,
        }
    }
}

#[async_trait]
impl testing::Subject for World {
    fn payments(&self) -> Arc<dyn Payments> {
        self.payments.clone()
    }

    async fn pay(&self, payment: &Payment) {
        self.provider.set(payment.id, "captured");
        let event = format!("evt_paid_{}", payment.id);
        self.notify(self.webhook(&event, payment.id)).await;
    }
}

pub(crate) fn gateway() -> Actor {
    Actor::system("gateway")
}

fn person(surface: Surface, store: Option<StoreId>, permissions: &[&'static str]) -> Actor {
    Actor::Person {
        user: UserId(testing::random()),
        surface,
        store,
        permissions: permissions
            .iter()
            .map(|name| Permission::new(name))
            .collect(),
    }
}

pub(crate) fn operator() -> Actor {
    let all = [SEE_PAYMENTS, MANAGE_PAYMENTS, MANAGE_PAYOUTS];
    person(Surface::Admin, None, &all)
}

/// Who says where the store is paid.
pub(crate) fn owner(store: StoreId) -> Actor {
    let all = [SEE_BALANCE, feira_store::MANAGE_PAYOUT_ACCOUNT];
    person(Surface::Seller, Some(store), &all)
}

/// Who runs the store.
pub(crate) fn seller(store: StoreId) -> Actor {
    let all = [
        SEE_BALANCE,
        feira_store::FULFIL_ORDERS,
        feira_store::REFUND_ORDERS,
    ];
    person(Surface::Seller, Some(store), &all)
}

/// Who may do this alone in the store.
pub(crate) fn member(store: StoreId, permission: &'static str) -> Actor {
    person(Surface::Seller, Some(store), &[permission])
}

/// In a directory of their own.
pub(crate) fn documents() -> Documents {
    Documents::on_disk(feira_testkit::directory(), DiskHealth::default())
}
