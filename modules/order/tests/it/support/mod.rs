//! A marketplace of fakes around the real module: two stores, three variants, carts at will.

mod actors;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use feira_cart::{Cart, CartId, CartOwner, Carts, testing as carts};
use feira_catalog::{Catalog, VariantId, testing as catalog};
use feira_kernel::{
    Actor, Currency, Env, Money, Runner, Runtime, db::DiskHealth, faults::Faulty, token::TokenKey,
};
use feira_order::{
    Checkout, Deps, Documents, Fulfilment, Order, OrderError, OrderId, OrderStatus, Orders, Placed,
    Settings, Settlement, StoreOrderId,
};
use feira_payment::{Method, Payments, Reference, testing as payments};
use feira_store::{Store, testing as stores};
use feira_testkit::{FromTestDb, TestDb};
use feira_user::testing as users;

pub(crate) use actors::{guest, manager, operator, owner, person, seller, treasurer};
pub(crate) use feira_kernel::faults::{Fault, Faults, Slow};

pub(crate) struct World {
    pub(crate) db: TestDb,
    pub(crate) env: Env,
    pub(crate) payments_env: Env,
    deps: Deps,
    pub(crate) orders: Arc<dyn Orders>,
    pub(crate) runtime: Runtime,
    pub(crate) runner: Runner,
    pub(crate) faults: Faults,
    pub(crate) carts: carts::FakeCarts,
    pub(crate) catalog: Arc<catalog::FakeCatalog>,
    pub(crate) payments: payments::FakePayments,
    pub(crate) stores: stores::FakeStores,
    pub(crate) serra: Store,
    pub(crate) mar: Store,
    /// Of Serra (10.00 and 24.90) and of Mar (7.35), ten units each.
    pub(crate) variants: [VariantId; 3],
}

/// On hand of each variant.
pub(crate) const STOCK: u32 = 10;

pub(crate) fn brl(minor: i64) -> Money {
    Money::from_minor(minor, Currency::BRL).unwrap()
}

pub(crate) fn card(token: &str) -> Method {
    Method::Card {
        instalments: 1,
        token: token.to_owned(),
    }
}

fn settings() -> Settings {
    Settings::new(TokenKey::new(vec![7; 32]).unwrap())
}

impl FromTestDb for World {
    async fn start(db: &TestDb) -> Self {
        Self::over(db, db.env("orders")).await
    }
}

impl World {
    /// With the connections of the environment.
    pub(crate) async fn over(db: &TestDb, env: Env) -> Self {
        Self::built(db, env, settings()).await
    }

    /// With other settings.
    pub(crate) async fn with(db: &TestDb, change: impl FnOnce(&mut Settings)) -> Self {
        let mut other = settings();
        change(&mut other);
        Self::built(db, db.env("orders"), other).await
    }

    /// What runs the module after it was started anew, with other settings.
    pub(crate) fn restarted(&self, change: impl FnOnce(&mut Settings)) -> Runner {
        let mut other = settings();
        change(&mut other);
        let module = feira_order::start(self.env.clone(), self.deps.clone(), other);
        Runner::new(&[module.runtime])
    }

    async fn built(db: &TestDb, env: Env, settings: Settings) -> Self {
        let payments_env = db.env("payments");
        let faults = Faults::ignoring(&["held"]);
        let fake_stores = stores::FakeStores::new();
        let [serra, mar] = ["Serra", "Mar"].map(stores::store);
        for store in [&serra, &mar] {
            fake_stores.add(store.clone());
        }
        let fake_catalog = Arc::new(catalog::FakeCatalog::with_clock(db.clock().clock()));
        let offers = [(1, &serra, 1000), (2, &serra, 2490), (3, &mar, 735)];
        let variants = offers.map(|(number, store, price)| {
            let sellable = catalog::sellable(number, store.id, brl(price), STOCK);
            let id = sellable.variant;
            fake_catalog.put(sellable);
            id
        });
        let people = Arc::new(users::FakeUsers::new());
        for number in 1..=3 {
            people.add(users::person(number));
        }
        let (fake_carts, fake_payments) = (carts::FakeCarts::new(), payments::FakePayments::new());
        let deps = Deps {
            carts: Faulty::<dyn Carts>::new(Arc::new(fake_carts.clone()), &faults),
            catalog: Faulty::<dyn Catalog>::new(fake_catalog.clone(), &faults),
            payments: Faulty::<dyn Payments>::new(Arc::new(fake_payments.clone()), &faults),
            stores: Arc::new(fake_stores.clone()),
            users: people,
            documents: Documents::on_disk(feira_testkit::directory(), DiskHealth::default()),
        };
        let module = feira_order::start(env.clone(), deps.clone(), settings);
        let payment = Runtime {
            name: "payment",
            env: payments_env.clone(),
            subscriptions: Vec::new(),
            jobs: Vec::new(),
        };
        let runner = Runner::new(&[module.runtime.clone(), payment]);
        runner.register().await.unwrap();
        Self {
            db: db.clone(),
            env,
            payments_env,
            deps,
            orders: module.api,
            runtime: module.runtime,
            runner,
            faults,
            carts: fake_carts,
            catalog: fake_catalog,
            payments: fake_payments,
            stores: fake_stores,
            serra,
            mar,
            variants,
        }
    }

    /// The same module in another process, beside the same neighbours.
    pub(crate) fn another_process(&self) -> Arc<dyn Orders> {
        feira_order::start(self.env.clone(), self.deps.clone(), settings()).api
    }

    /// The same with other settings.
    pub(crate) fn set(&self, change: impl FnOnce(&mut Settings)) -> Arc<dyn Orders> {
        let mut settings = settings();
        change(&mut settings);
        feira_order::start(self.env.clone(), self.deps.clone(), settings).api
    }

    /// What another release, or an operator, does to the rows.
    pub(crate) async fn execute(&self, sql: &str) {
        let done = feira_kernel::db::exec(self.env.pool.write(), sql, Vec::new()).await;
        done.unwrap();
    }

    /// A cart with two lines of Serra (2 and 1) and one of Mar (3): 96.95 with both shippings.
    pub(crate) async fn cart(&self, actor: &Actor) -> Cart {
        self.cart_of(actor, &[(0, 2), (1, 1), (2, 3)]).await
    }

    /// A cart of variants by number, with quantities.
    pub(crate) async fn cart_of(&self, actor: &Actor, lines: &[(usize, u32)]) -> Cart {
        let order = Actor::system("order");
        let all = self.catalog.sellables(&order, self.variants.to_vec()).await;
        let all = all.unwrap();
        let mut groups = Vec::new();
        for store in [&self.serra, &self.mar] {
            let of_store = lines.iter().filter_map(|(number, quantity)| {
                let sellable = all.iter().find(|s| s.variant == self.variants[*number])?;
                (sellable.store == store.id).then(|| carts::line(sellable, *quantity).unwrap())
            });
            let of_store: Vec<_> = of_store.collect();
            if !of_store.is_empty() {
                let shipping = stores::shipping_option(store.id, "Standard", 1500, Currency::BRL);
                groups.push(carts::group(store, of_store, shipping).unwrap());
            }
        }
        let cart = carts::cart(owner(actor), groups).unwrap();
        self.carts.put(cart.clone());
        cart
    }

    pub(crate) fn request(&self, key: &str, cart: &Cart, method: Method) -> Checkout {
        let guest = matches!(cart.owner, CartOwner::Guest(_));
        Checkout {
            key: key.to_owned(),
            cart: cart.id,
            email: guest.then(|| "guest@feira.example".to_owned()),
            shipping_address: stores::address(),
            billing_address: None,
            method,
            expected_total: cart.totals.total,
            locale: None,
        }
    }

    /// Buys a fresh cart under a fresh key.
    pub(crate) async fn buy(&self, actor: &Actor, method: Method) -> Placed {
        static KEYS: AtomicU64 = AtomicU64::new(1);
        let cart = self.cart(actor).await;
        let key = format!("key-{}", KEYS.fetch_add(1, Ordering::Relaxed));
        let request = self.request(&key, &cart, method);
        self.orders.checkout(actor, request).await.unwrap()
    }

    /// The buyer cancels, and the sweeper gives back what there is.
    pub(crate) async fn cancel(&self, actor: &Actor, order: OrderId, reason: &str) -> Order {
        let cancelled = self
            .orders
            .cancel(actor, order, reason.to_owned(), None)
            .await;
        self.settle_after(time::Duration::seconds(10)).await;
        cancelled.unwrap()
    }

    /// The payer pays, and the event of it is delivered.
    pub(crate) async fn capture(&self, order: OrderId) {
        let event = self.payments.capture(Reference::new(order.0));
        payments::FakePayments::announce(&self.payments_env, event).await;
        self.runner.settle().await.unwrap();
    }

    /// Payment's event is delivered.
    pub(crate) async fn hear<E>(&self, event: E)
    where
        E: feira_kernel::outbox::Event + Clone + Send + Sync + 'static,
    {
        payments::FakePayments::announce(&self.payments_env, event).await;
        self.runner.settle().await.unwrap();
    }

    pub(crate) async fn settle_after(&self, time: time::Duration) {
        self.db.clock().advance(time);
        self.runner.settle().await.unwrap();
    }

    pub(crate) async fn order(&self, id: OrderId) -> Order {
        self.orders.order(&operator(), id).await.unwrap()
    }

    /// The id of the store's part.
    pub(crate) fn part(order: &Order, store: &Store) -> StoreOrderId {
        let mut parts = order.store_orders.iter();
        parts.find(|part| part.store == store.id).unwrap().id
    }

    /// On hand and reserved of each variant.
    pub(crate) fn stock(&self) -> [(i64, u32); 3] {
        self.variants
            .map(|v| (self.catalog.on_hand(v), self.catalog.reserved(v)))
    }

    pub(crate) async fn check_out(
        &self,
        actor: &Actor,
        request: Checkout,
    ) -> Result<Placed, OrderError> {
        self.orders.checkout(actor, request).await
    }

    /// How many rows a table has, with a condition.
    pub(crate) async fn count(&self, from: &str) -> i64 {
        let sql = format!("SELECT count(*) FROM {from}");
        let found = feira_kernel::db::scalar(self.env.pool.read(), &sql, Vec::new()).await;
        found.unwrap().unwrap()
    }

    pub(crate) async fn events(&self, order: OrderId, name: &str) -> i64 {
        let from = format!("outbox_event WHERE name = '{name}' AND aggregate_id = '{order}'");
        self.count(&from).await
    }

    /// Everything about an order that must be so when it is confirmed, with `parts` of `STOCK`.
    pub(crate) async fn assert_confirmed(&self, id: OrderId, cart: CartId) {
        let order = self.order(id).await;
        assert_eq!(order.status, OrderStatus::Confirmed);
        for part in &order.store_orders {
            assert_eq!(part.settlement, Settlement::Paid);
            assert_eq!(part.fulfilment, Fulfilment::Pending);
        }
        assert_eq!(self.carts.closed_by(cart), Some(id.0));
        assert_eq!(self.stock(), [(8, 0), (9, 0), (7, 0)]);
        assert_eq!(self.events(id, "order.confirmed.v1").await, 1);
        assert_eq!(self.due().await, 0);
    }

    /// Everything that must be so when an order of the whole stock's only cart is cancelled.
    pub(crate) async fn assert_cancelled(&self, id: OrderId, settlement: Settlement) {
        let order = self.order(id).await;
        assert_eq!(order.status, OrderStatus::Cancelled);
        for part in &order.store_orders {
            assert_eq!(part.settlement, settlement);
            assert_eq!(part.fulfilment, Fulfilment::Cancelled);
        }
        assert_eq!(self.stock(), [(i64::from(STOCK), 0); 3]);
        assert_eq!(self.events(id, "order.cancelled.v1").await, 1);
        assert_eq!(self.due().await, 0);
    }

    /// Checkouts that the sweeper still has to come back to.
    pub(crate) async fn due(&self) -> i64 {
        self.count("checkouts WHERE due_at IS NOT NULL").await
    }
}

/// The stable code of a refusal.
/// The code of the first field that is refused.
pub(crate) fn field<T: std::fmt::Debug>(result: Result<T, OrderError>) -> String {
    match result.expect_err("it is refused") {
        OrderError::Invalid(fields) => fields[0].code.clone(),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, OrderError>) -> &'static str {
    use feira_kernel::ModuleError;
    result.unwrap_err().code()
}
