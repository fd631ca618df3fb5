use std::{collections::BTreeSet, fs, path::PathBuf, sync::Arc};

use feira_kernel::{
    Actor, Env, Module, PageRequest, Permission, Runner, Runtime, StoreId, Surface, UserId, db,
    outbox::Event, values,
};
use feira_notification::{
    DailyBounds, Deps, MessageFilter, MessageSummary, Notifications, SEE_MESSAGES, Settings,
    Transport,
    testing::{FakeOrders, FakeVariants, order_facts},
};
use feira_store::{
    Role,
    testing::{FakeStores, store},
};
use feira_testkit::{FromTestDb, TestDb};
use feira_user::{
    ConfirmationId, Registered,
    testing::{FakeUsers, person},
};
use mail_parser::MessageParser;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use uuid::Uuid;

/// The module, its neighbours' fakes, and the outboxes of the modules that it listens to.
pub(crate) struct World {
    pub(crate) db: TestDb,
    pub(crate) module: Module<dyn Notifications>,
    pub(crate) users: Arc<FakeUsers>,
    pub(crate) stores: FakeStores,
    pub(crate) orders: Arc<FakeOrders>,
    pub(crate) dir: PathBuf,
    sources: Vec<Runtime>,
    runner: Runner,
}

const SOURCES: [(&str, &str); 6] = [
    ("user", "users"),
    ("store", "stores"),
    ("cart", "carts"),
    ("order", "orders"),
    ("payment", "payments"),
    ("catalog", "catalog"),
];

pub(crate) fn settings(transport: Transport) -> Settings {
    Settings {
        transport,
        from: "Feira <mail@shop.example.com>".to_owned(),
        base_url: "https://shop.example.com:8443/".to_owned(),
        shop_name: "Feira".to_owned(),
        time_zone: "America/Sao_Paulo".to_owned(),
        max_attempts: 3,
        daily: DailyBounds::default(),
    }
}

pub(crate) fn operator() -> Actor {
    Actor::Person {
        user: UserId(Uuid::from_u128(99)),
        surface: Surface::Admin,
        store: None,
        permissions: BTreeSet::from([Permission::new(SEE_MESSAGES)]),
    }
}

impl FromTestDb for World {
    async fn start(db: &TestDb) -> Self {
        Self::over(db, db.env("notifications")).await
    }
}

impl World {
    pub(crate) async fn smtp(db: TestDb, url: String) -> Self {
        let env = db.env("notifications");
        Self::with(db, env, Transport::Smtp { url }, PathBuf::new()).await
    }

    /// With a mailbox, and these connections of the module.
    pub(crate) async fn over(db: &TestDb, env: Env) -> Self {
        let dir = feira_testkit::directory().join("mail");
        Self::with(
            db.clone(),
            env,
            Transport::Mailbox { dir: dir.clone() },
            dir,
        )
        .await
    }

    async fn with(db: TestDb, env: Env, transport: Transport, dir: PathBuf) -> Self {
        let (users, stores, orders) = (
            Arc::new(FakeUsers::new()),
            FakeStores::new(),
            Arc::new(FakeOrders::new()),
        );
        let deps = Deps {
            users: users.clone(),
            stores: Arc::new(stores.clone()),
            orders: orders.clone(),
            variants: Arc::new(FakeVariants),
        };
        let module = feira_notification::start(env, deps, settings(transport)).unwrap();
        let sources: Vec<Runtime> = SOURCES
            .map(|(name, schema)| Runtime {
                name,
                env: db.env(schema),
                subscriptions: Vec::new(),
                jobs: Vec::new(),
            })
            .to_vec();
        let mut all = sources.clone();
        all.push(module.runtime.clone());
        let runner = Runner::new(&all);
        runner.register().await.unwrap();
        Self {
            db,
            module,
            users,
            stores,
            orders,
            dir,
            sources,
            runner,
        }
    }

    /// A person by number; the same number is the same person.
    pub(crate) fn person(&self, number: u128, locale: &str) -> UserId {
        let mut user = person(number);
        user.locale = locale.to_owned();
        self.users.add(user)
    }

    /// A store with an owner and further people, by number.
    pub(crate) fn store(&self, name: &str, people: &[u128]) -> StoreId {
        let mut new = store(name);
        let ids: Vec<UserId> = people.iter().map(|n| self.person(*n, "en")).collect();
        new.owner = ids[0];
        let id = self.stores.add(new);
        for user in &ids[1..] {
            self.stores.add_member(id, *user, Role::Staff);
        }
        id
    }

    /// A guest's order, known to the port; number `n`.
    pub(crate) fn order(&self, n: u128, locale: &str, stores: &[(StoreId, &str)]) -> Uuid {
        let id = Uuid::from_u128(n << 64);
        self.orders.put(order_facts(id, locale, stores));
        id
    }

    fn env(&self, source: &str) -> &Env {
        &self.sources.iter().find(|s| s.name == source).unwrap().env
    }

    /// An event in the outbox of the module that the name begins with.
    pub(crate) async fn event(&self, name: &str, payload: Value) -> Uuid {
        let env = self.env(name.split('.').next().unwrap());
        let id = env.uuid();
        let sql = "INSERT INTO outbox_event (id, name, aggregate_id, aggregate_version, payload, occurred_at) \
                   VALUES ($1, $2, $3, 1, $4, $5)";
        let row = values![id, name, Uuid::from_u128(1), payload, env.now()];
        db::exec(env.pool.write(), sql, row).await.unwrap();
        id
    }

    pub(crate) async fn confirmed(&self, order: Uuid) -> Uuid {
        let payload = json!({"order": order, "version": 2, "user": null, "parts": []});
        self.event("order.confirmed.v1", payload).await
    }

    /// A guest's order at one store, confirmed and told of.
    pub(crate) async fn one_order(&self) -> Uuid {
        let casa = self.store("Casa", &[1]);
        let order = self.order(1, "en", &[(casa, "Casa")]);
        self.confirmed(order).await;
        self.settle().await;
        order
    }

    pub(crate) async fn registered(&self, user: UserId, confirmation: ConfirmationId) {
        let event = Registered {
            user,
            version: 1,
            confirmation,
        };
        let payload = serde_json::to_value(event).unwrap();
        self.event(Registered::NAME, payload).await;
    }

    /// Delivers events and runs jobs; a second passes, so that the jobs are due.
    pub(crate) async fn settle(&self) {
        self.db.clock().advance(time::Duration::seconds(1));
        self.runner.settle().await.unwrap();
    }

    pub(crate) async fn all(&self) -> Vec<MessageSummary> {
        self.filtered(MessageFilter::default()).await
    }

    pub(crate) async fn filtered(&self, filter: MessageFilter) -> Vec<MessageSummary> {
        let page = PageRequest::first(100);
        self.module
            .api
            .messages(&operator(), filter, page)
            .await
            .unwrap()
            .items
    }

    /// `kind recipient status attempts`, sorted.
    pub(crate) async fn shown(&self) -> Vec<String> {
        let line =
            |m: MessageSummary| format!("{} {} {:?} {}", m.kind, m.recipient, m.status, m.attempts);
        let mut lines: Vec<String> = self.all().await.into_iter().map(line).collect();
        lines.sort();
        lines
    }

    /// What lies in the mailbox.
    pub(crate) fn letters(&self) -> Vec<SentMail> {
        let mut letters: Vec<SentMail> = fs::read_dir(&self.dir)
            .unwrap()
            .map(|entry| SentMail::parse(&fs::read(entry.unwrap().path()).unwrap()))
            .collect();
        letters.sort_by(|a, b| (&a.to, &a.subject, &a.id).cmp(&(&b.to, &b.subject, &b.id)));
        letters
    }

    /// As the owner, past all rights: to break things.
    pub(crate) async fn sql(&self, sql: &str) {
        let owner = self.db.owner().await;
        owner.execute_unprepared(sql).await.unwrap();
        owner.close().await.unwrap();
    }

    pub(crate) async fn count(&self, sql: &str) -> i64 {
        let owner = self.db.owner().await;
        let found = db::scalar(&owner, sql, values![]).await.unwrap().unwrap();
        owner.close().await.unwrap();
        found
    }
}

/// A mail as a reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SentMail {
    pub(crate) id: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) to_name: Option<String>,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
    pub(crate) headers: Vec<String>,
}

impl SentMail {
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let mail = MessageParser::default().parse(bytes).unwrap();
        let (from, to) = (mail.from().unwrap(), mail.to().unwrap());
        assert_eq!(to.iter().count(), 1, "one recipient");
        let first = to.first().unwrap();
        assert_eq!((mail.text_body_count(), mail.html_body_count()), (1, 1));
        Self {
            id: mail.message_id().unwrap().to_owned(),
            from: from.first().unwrap().address().unwrap().to_owned(),
            to: first.address().unwrap().to_owned(),
            to_name: first.name().map(str::to_owned),
            subject: mail.subject().unwrap().to_owned(),
            text: mail.body_text(0).unwrap().replace("\r\n", "\n"),
            html: mail.body_html(0).unwrap().replace("\r\n", "\n"),
            headers: mail.headers().iter().map(|h| h.name().to_owned()).collect(),
        }
    }
}
