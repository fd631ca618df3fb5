//! For tests: orders to write messages about.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use feira_kernel::{Currency, Money, StoreId};
use time::macros::datetime;
use uuid::Uuid;

use crate::{
    LineFacts, NotificationError, OrderFacts, OrderSource, PartFacts, VariantFacts, VariantSource,
};

/// Orders kept in memory; unknown ones are `NotFound`.
#[derive(Default)]
pub struct FakeOrders {
    orders: Mutex<HashMap<Uuid, OrderFacts>>,
    down: AtomicBool,
}

impl FakeOrders {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an order, or replaces what is known of it.
    pub fn put(&self, facts: OrderFacts) {
        self.known().insert(facts.id, facts);
    }

    /// As if there had never been one.
    pub fn forget(&self, id: Uuid) {
        self.known().remove(&id);
    }

    /// Whether it answers at all.
    pub fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    fn known(&self) -> MutexGuard<'_, HashMap<Uuid, OrderFacts>> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl OrderSource for FakeOrders {
    async fn order(&self, id: Uuid) -> Result<OrderFacts, NotificationError> {
        if self.down.load(Ordering::SeqCst) {
            return Err(NotificationError::Unavailable("no answer".to_owned()));
        }
        let found = self.known().get(&id).cloned();
        found.ok_or(NotificationError::NotFound)
    }
}

/// Every variant is the same: a large, blue hammock.
pub struct FakeVariants;

#[async_trait]
impl VariantSource for FakeVariants {
    async fn variant(&self, _: Uuid) -> Result<VariantFacts, NotificationError> {
        Ok(variant_facts())
    }
}

pub fn variant_facts() -> VariantFacts {
    VariantFacts {
        title: "Rede de algodão".to_owned(),
        options: options(),
        sku: "REDE-G-AZ".to_owned(),
    }
}

fn options() -> Vec<String> {
    vec!["Size: Large".to_owned(), "Colour: Blue".to_owned()]
}

/// So many reais and centavos, given in centavos.
pub fn brl(minor: i64) -> Money {
    Money::from_minor(minor, Currency::BRL).unwrap_or_else(|_| Money::zero(Currency::BRL))
}

/// A guest's order over the given stores, one line each: the first costs R$ 1.234,50 and
/// R$ 10,00 to send, each further one R$ 1,00 more.
pub fn order_facts(id: Uuid, locale: &str, stores: &[(StoreId, &str)]) -> OrderFacts {
    let parts: Vec<PartFacts> = stores
        .iter()
        .zip(0_u128..)
        .map(|((store, name), n)| part(*store, name, id, n))
        .collect();
    let sum = |of: fn(&PartFacts) -> Money| {
        parts
            .iter()
            .fold(brl(0), |sum, part| sum.checked_add(of(part)).unwrap_or(sum))
    };
    OrderFacts {
        id,
        number: "F-1001".to_owned(),
        user: None,
        email: "guest@example.com".to_owned(),
        locale: locale.to_owned(),
        order_token: Some("guest-token_1.x".to_owned()),
        pay: None,
        expires_at: datetime!(2026-03-02 17:30 UTC),
        shipping: sum(|part| part.shipping),
        total: sum(|part| part.total),
        instalments: None,
        address: vec![
            "Ana Souza".to_owned(),
            "Rua das Flores, 12".to_owned(),
            "01310-100 São Paulo SP".to_owned(),
        ],
        parts,
    }
}

fn part(store: StoreId, name: &str, order: Uuid, n: u128) -> PartFacts {
    let goods = 123_450 + i64::try_from(n).unwrap_or(0) * 100;
    PartFacts {
        store_order: Uuid::from_u128(order.as_u128().wrapping_add(n + 1)),
        number: format!("F-1001-{}", n + 1),
        store,
        store_name: name.to_owned(),
        paid: true,
        on_delivery: false,
        leg: None,
        to_store: false,
        lines: vec![LineFacts {
            title: "Rede de algodão".to_owned(),
            options: options(),
            quantity: 2,
            total: brl(goods),
        }],
        shipping_method: "PAC".to_owned(),
        shipping: brl(1_000),
        total: brl(goods + 1_000),
        shipments: Vec::new(),
    }
}
