use std::collections::BTreeMap;

use feira_kernel::{Actor, StoreId, UserId};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{
    access,
    api::{
        CommissionRule, CommissionRuleId, CommissionValue, Payee, Role, ShippingOption,
        ShippingQuote, ShippingRequest, Store, StoreStatus,
    },
};

/// What the fake knows.
#[derive(Default)]
pub(super) struct State {
    pub(super) stores: BTreeMap<StoreId, Store>,
    pub(super) options: BTreeMap<StoreId, Vec<ShippingOption>>,
    pub(super) members: BTreeMap<(StoreId, UserId), Role>,
    pub(super) rules: Vec<CommissionRule>,
    pub(super) payees: BTreeMap<StoreId, Payee>,
    pub(super) calls: BTreeMap<&'static str, usize>,
    /// At which call of a method a store moves to another state.
    pub(super) status_changes: BTreeMap<&'static str, (usize, StoreId, StoreStatus)>,
    pub(super) down: bool,
}

impl State {
    pub(super) fn sees(&self, actor: &Actor, store: &Store) -> bool {
        store.status == StoreStatus::Approved
            || access::sees_all(actor)
            || actor
                .user()
                .is_some_and(|user| self.members.contains_key(&(store.id, user)))
    }

    pub(super) fn quote(&self, request: &ShippingRequest) -> ShippingQuote {
        let store = self.stores.get(&request.store);
        let purchasable = store.is_some_and(|store| store.status == StoreStatus::Approved);
        let options = if purchasable {
            self.options.get(&request.store).cloned()
        } else {
            None
        };
        ShippingQuote {
            store: request.store,
            store_name: store.map(|store| store.name.clone()).unwrap_or_default(),
            store_slug: store.map(|store| store.slug.clone()).unwrap_or_default(),
            purchasable,
            options: options.unwrap_or_default(),
        }
    }

    pub(super) fn rules(&self) -> Vec<CommissionRule> {
        let default = CommissionRule {
            id: CommissionRuleId(Uuid::from_u128(10)),
            position: i64::MAX,
            store: None,
            category: None,
            value: CommissionValue::Percentage {
                percent: Decimal::TEN,
            },
            ends_at: None,
            version: 1,
        };
        self.rules.iter().cloned().chain([default]).collect()
    }
}
