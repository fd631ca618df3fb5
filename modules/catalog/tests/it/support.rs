use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use feira_catalog::{
    Adjustment, Catalog, CatalogError, Deps, EDIT_PRODUCTS, EDIT_STOCK, MovementReason, NewProduct,
    NewVariant, OptionValue, Product, ProductStatus, Reservation, ReservationKey,
    ReservationRequest, Settings, StockChange, StockLevel, StockLine, StockLow, StockPolicy,
    VariantId, start,
};
use feira_kernel::{
    Actor, Currency, Env, IdempotencyKey, Money, Permission, Runner, StoreId, Subscription,
    Surface, UserId, outbox::Event,
};
use feira_store::testing::{FakeStores, store};
use feira_testkit::{FromTestDb, TestDb};
use time::Duration;
use uuid::Uuid;

pub(crate) struct World {
    pub(crate) api: Arc<dyn Catalog>,
    pub(crate) env: Env,
    pub(crate) stores: FakeStores,
    pub(crate) runner: Runner,
    pub(crate) subscriptions: Vec<Subscription>,
    pub(crate) lows: Arc<Mutex<Vec<StockLow>>>,
    pub(crate) first: StoreId,
    pub(crate) second: StoreId,
    /// Sellers of the two stores.
    pub(crate) ana: Actor,
    pub(crate) bia: Actor,
    pub(crate) order: Actor,
    pub(crate) files: Files,
}

/// A directory of its own, gone with the test.
pub(crate) struct Files(pub(crate) PathBuf);

impl Drop for Files {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl FromTestDb for World {
    async fn start(db: &TestDb) -> Self {
        Self::over(db.env("catalog")).await
    }
}

impl World {
    pub(crate) async fn over(env: Env) -> Self {
        let stores = FakeStores::new();
        let first = stores.add(store("Ateliê"));
        let second = stores.add(store("Brinquedos"));
        let files = Files(std::env::temp_dir().join(format!(
            "feira-images-{}",
            Uuid::from_bytes(feira_kernel::Entropy::system().bytes(),)
        )));
        let deps = Deps {
            stores: Arc::new(stores.clone()),
        };
        let mut module = start(env.clone(), deps, Settings::new(&files.0));
        let lows = Arc::new(Mutex::new(Vec::new()));
        let seen = lows.clone();
        module.runtime.subscriptions.push(Subscription::new(
            "test.probe",
            "catalog",
            &[StockLow::NAME],
            move |envelope| {
                let seen = seen.clone();
                async move {
                    seen.lock().unwrap().push(envelope.decode::<StockLow>()?);
                    Ok::<_, feira_kernel::outbox::DecodeError>(())
                }
            },
        ));
        let subscriptions = module.runtime.subscriptions.clone();
        let runner = Runner::new(&[module.runtime]);
        runner.register().await.unwrap();
        World {
            api: module.api,
            env,
            stores,
            runner,
            subscriptions,
            lows,
            first,
            second,
            ana: seller(first, 1),
            bia: seller(second, 2),
            order: Actor::system("order"),
            files,
        }
    }
}

pub(crate) fn seller(store: StoreId, user: u128) -> Actor {
    seller_with(store, user, &[EDIT_PRODUCTS, EDIT_STOCK])
}

pub(crate) fn seller_with(store: StoreId, user: u128, permissions: &[&'static str]) -> Actor {
    Actor::Person {
        user: UserId(Uuid::from_u128(user)),
        surface: Surface::Seller,
        store: Some(store),
        permissions: permissions
            .iter()
            .map(|name| Permission::new(name))
            .collect::<BTreeSet<_>>(),
    }
}

pub(crate) fn brl(minor: i64) -> Money {
    Money::from_minor(minor, Currency::BRL).unwrap()
}

pub(crate) fn variant(size: &str, price: i64, quantity: u32) -> NewVariant {
    NewVariant {
        sku: None,
        options: vec![OptionValue {
            name: "Size".to_owned(),
            value: size.to_owned(),
        }],
        price: brl(price),
        compare_at: None,
        weight_grams: 200,
        barcode: None,
        quantity,
        stock_policy: StockPolicy::Counted,
    }
}

/// An active product of two variants, S and M, with so many of each.
pub(crate) fn product(name: &str, quantity: u32) -> NewProduct {
    NewProduct {
        name: name.to_owned(),
        description: format!("{name}, made by hand."),
        status: ProductStatus::Active,
        variants: vec![variant("S", 1_990, quantity), variant("M", 2_490, quantity)],
        ..NewProduct::default()
    }
}

pub(crate) fn key(number: u128) -> ReservationKey {
    ReservationKey(Uuid::from_u128(0xabcd_0000 + number))
}

/// The same key each time, for what is asked.
pub(crate) fn once(fingerprint: &str) -> IdempotencyKey {
    IdempotencyKey {
        route: "/route".to_owned(),
        key: "once".to_owned(),
        fingerprint: fingerprint.to_owned(),
    }
}

pub(crate) fn line(variant: VariantId, quantity: u32) -> StockLine {
    StockLine { variant, quantity }
}

pub(crate) fn adjust(variant: VariantId, change: StockChange) -> Adjustment {
    Adjustment {
        variant,
        change,
        expected_version: None,
        reason: MovementReason::Adjustment,
        note: None,
    }
}

impl World {
    pub(crate) async fn make(&self, actor: &Actor, new: NewProduct) -> Product {
        self.api.create_product(actor, new, None).await.unwrap()
    }

    pub(crate) async fn adjust(&self, to: Adjustment) -> Result<StockLevel, CatalogError> {
        self.api.adjust_stock(&self.ana, to, None).await
    }

    /// The two variants of a new product of the first store.
    pub(crate) async fn two(&self, name: &str, quantity: u32) -> [VariantId; 2] {
        self.two_of(name, quantity, [StockPolicy::Counted; 2]).await
    }

    /// The same with these policies.
    pub(crate) async fn two_of(
        &self,
        name: &str,
        quantity: u32,
        policies: [StockPolicy; 2],
    ) -> [VariantId; 2] {
        let mut new = product(name, quantity);
        for (variant, policy) in new.variants.iter_mut().zip(policies) {
            variant.stock_policy = policy;
        }
        let made = self.make(&self.ana, new).await;
        [made.variants[0].id, made.variants[1].id]
    }

    pub(crate) async fn reserve(
        &self,
        number: u128,
        lines: Vec<StockLine>,
    ) -> Result<Reservation, CatalogError> {
        let request = ReservationRequest {
            key: key(number),
            lines,
            expires_at: self.env.now() + Duration::minutes(15),
        };
        self.api.reserve(&self.order, request).await
    }

    /// What is on hand and reserved, as the seller sees it.
    pub(crate) async fn stock(&self, variant: VariantId) -> (i64, u32) {
        let found = self.api.sellables(&self.order, vec![variant]).await;
        let product = found.unwrap()[0].product;
        let shown = self
            .api
            .product(&self.order, feira_catalog::ProductKey::Id(product))
            .await
            .unwrap();
        let variant = shown.variants.iter().find(|v| v.id == variant).unwrap();
        (variant.on_hand.unwrap(), variant.reserved.unwrap())
    }
}
