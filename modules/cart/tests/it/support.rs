use std::sync::{Arc, Mutex};

use feira_cart::{
    Cart, CartCompleted, CartError, CartId, CartLine, Carts, Deps, NewItem, Settings, start,
};
use feira_catalog::{
    VariantId,
    testing::{FakeCatalog, sellable},
};
use feira_kernel::{
    Actor, Currency, Env, Money, Runner, StoreId, Subscription, UserId, outbox::Event,
    token::TokenHash,
};
use feira_store::testing::{FakeStores, store};
use feira_testkit::{FromTestDb, TestDb};
use uuid::Uuid;

pub(crate) struct World {
    pub(crate) api: Arc<dyn Carts>,
    pub(crate) catalog: Arc<FakeCatalog>,
    pub(crate) stores: FakeStores,
    pub(crate) runner: Runner,
    pub(crate) events: Arc<Mutex<Vec<CartCompleted>>>,
    /// Two stores; products 1 to 9 are the first's, 11 to 19 the second's.
    pub(crate) first: StoreId,
    pub(crate) second: StoreId,
}

impl FromTestDb for World {
    /// Nineteen products at n.00 each, of which there are 50.
    async fn start(db: &TestDb) -> Self {
        Self::over(db.env("carts"))
    }
}

impl World {
    pub(crate) fn over(env: Env) -> Self {
        let catalog = Arc::new(FakeCatalog::new());
        let stores = FakeStores::new();
        let first = stores.add(store("Ateliê"));
        let second = stores.add(store("Brinquedos"));
        for number in (1..=9).chain(11..=19) {
            let of = if number < 10 { first } else { second };
            catalog.put(sellable(
                number,
                of,
                brl(i64::try_from(number).unwrap() * 100),
                50,
            ));
        }
        let deps = Deps {
            catalog: catalog.clone(),
            stores: Arc::new(stores.clone()),
        };
        let mut module = start(env, deps, Settings::default());
        let events = Arc::new(Mutex::new(Vec::new()));
        let seen = events.clone();
        let probe = Subscription::new(
            "test.probe",
            "cart",
            &[CartCompleted::NAME],
            move |envelope| {
                let seen = seen.clone();
                async move {
                    let event = envelope.decode::<CartCompleted>()?;
                    seen.lock().unwrap().push(event);
                    Ok::<_, feira_kernel::outbox::DecodeError>(())
                }
            },
        );
        module.runtime.subscriptions.push(probe);
        World {
            api: module.api,
            catalog,
            stores,
            runner: Runner::new(&[module.runtime]),
            events,
            first,
            second,
        }
    }
}

impl World {
    pub(crate) async fn open(&self, actor: &Actor) -> CartId {
        self.api.create(actor, None).await.unwrap().cart.id
    }

    /// A guest with an empty cart.
    pub(crate) async fn guest(&self) -> (Actor, CartId) {
        let new = self.api.create(&Actor::stranger(), None).await.unwrap();
        let token = TokenHash::of(&new.token.unwrap());
        (Actor::guest(token), new.cart.id)
    }

    /// An order is made of the cart as it is.
    pub(crate) async fn hold(&self, of: &Actor, id: CartId, made: Uuid) {
        let version = self.api.cart(of, id).await.unwrap().version;
        let held = self.api.hold(&order(), id, version, made).await;
        assert!(held.unwrap(), "nobody changed it");
    }

    pub(crate) async fn add(
        &self,
        actor: &Actor,
        id: CartId,
        number: u128,
        quantity: u32,
    ) -> Result<Cart, CartError> {
        let item = NewItem {
            variant: variant(number),
            quantity,
        };
        self.api.add_item(actor, id, item, None).await
    }
}

pub(crate) fn brl(minor: i64) -> Money {
    Money::from_minor(minor, Currency::BRL).unwrap()
}

pub(crate) fn variant(number: u128) -> VariantId {
    sellable(number, StoreId(Uuid::nil()), brl(1), 1).variant
}

pub(crate) fn ana() -> Actor {
    Actor::customer(UserId(Uuid::from_u128(0xa4a)))
}

pub(crate) fn bia() -> Actor {
    Actor::customer(UserId(Uuid::from_u128(0xb1a)))
}

pub(crate) fn order() -> Actor {
    Actor::system("order")
}

pub(crate) fn lines(cart: &Cart) -> Vec<&CartLine> {
    cart.groups.iter().flat_map(|group| &group.lines).collect()
}

/// Product number -> units, by what the cart says.
pub(crate) fn units(cart: &Cart) -> Vec<(String, u32)> {
    let mut units: Vec<_> = lines(cart)
        .iter()
        .map(|line| (line.sku.clone(), line.quantity))
        .collect();
    units.sort();
    units
}

pub(crate) fn sku(number: u32, quantity: u32) -> (String, u32) {
    (format!("SKU-{number}"), quantity)
}
