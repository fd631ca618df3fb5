use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use feira_kernel::{Actor, Page, PageRequest, StoreId, Time, UserId};

use super::{fixtures::payee, shipping_option, state::State};
use crate::{
    access,
    api::{
        CommissionQuote, CommissionRequest, CommissionRule, Membership, Payee, PayeeAccount, Role,
        ShippingOption, ShippingQuote, ShippingRequest, Store, StoreError, StoreFilter, StoreKey,
        StoreStatus, Stores,
    },
    commission,
};

/// Stores in memory. Clones share them, so a test keeps one and gives one away. Though a PostgreSQL runs
/// beside the tests: they put a store at once where the real one comes by days and other people's decisions,
/// and [`contract`](super::contract) holds both to the same answers.
///
/// It authorises as the real module does. A store that is added has one flat way of shipping at
/// 15.00, its owner works in it, the commission is 10 %, and since ever it is paid by a PIX key.
/// Applying, deciding, and editing shipping are not faked: they are `Internal`.
#[derive(Clone, Default)]
pub struct FakeStores(Arc<Mutex<State>>);

impl FakeStores {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces a store.
    pub fn add(&self, store: Store) -> StoreId {
        let id = store.id;
        let mut state = self.state();
        state.members.insert((id, store.owner), Role::Owner);
        let option = shipping_option(id, "Standard", 1500, store.currency);
        state.options.entry(id).or_insert_with(|| vec![option]);
        let payee = payee(&store);
        state.payees.entry(id).or_insert(payee);
        state.stores.insert(id, store);
        id
    }

    /// Where a store is paid from now on, if it has said so.
    pub fn set_account(&self, id: StoreId, account: Option<PayeeAccount>) {
        if let Some(payee) = self.state().payees.get_mut(&id) {
            payee.account = account;
        }
    }

    /// When it was approved for the first time.
    pub fn set_approved_at(&self, id: StoreId, at: Time) {
        if let Some(payee) = self.state().payees.get_mut(&id) {
            payee.approved_at = Some(at);
        }
    }

    pub fn set_status(&self, id: StoreId, status: StoreStatus) {
        if let Some(store) = self.state().stores.get_mut(&id) {
            store.status = status;
            store.version += 1;
        }
    }

    /// The same at the call of a method that makes so many.
    pub fn set_status_at(
        &self,
        method: &'static str,
        calls: usize,
        (id, status): (StoreId, StoreStatus),
    ) {
        self.state()
            .status_changes
            .insert(method, (calls, id, status));
    }

    /// What the store offers for every parcel; the cheapest should come first.
    pub fn set_options(&self, id: StoreId, options: Vec<ShippingOption>) {
        self.state().options.insert(id, options);
    }

    /// Puts a commission rule at the top of the list.
    pub fn add_rule(&self, rule: CommissionRule) {
        self.state().rules.insert(0, rule);
    }

    pub fn add_member(&self, id: StoreId, user: UserId, role: Role) {
        self.state().members.insert((id, user), role);
    }

    /// While down every call is `Unavailable`.
    pub fn set_down(&self, down: bool) {
        self.state().down = down;
    }

    /// How often a method was called.
    pub fn calls(&self, method: &str) -> usize {
        self.state().calls.get(method).copied().unwrap_or(0)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a call and refuses it while down.
    fn call(&self, method: &'static str) -> Result<MutexGuard<'_, State>, StoreError> {
        let mut state = self.state();
        let calls = state.calls.entry(method).or_default();
        *calls += 1;
        let calls = *calls;
        if let Some((at, id, status)) = state.status_changes.get(method).copied()
            && at == calls
            && let Some(store) = state.stores.get_mut(&id)
        {
            store.status = status;
            store.version += 1;
        }
        if state.down {
            return Err(StoreError::Unavailable("the fake is down".to_owned()));
        }
        Ok(state)
    }

    fn module_call(
        &self,
        actor: &Actor,
        method: &'static str,
    ) -> Result<MutexGuard<'_, State>, StoreError> {
        let state = self.call(method)?;
        access::modules_only(actor)?;
        Ok(state)
    }
}

#[async_trait]
impl Stores for FakeStores {
    async fn store(&self, actor: &Actor, key: StoreKey) -> Result<Store, StoreError> {
        let state = self.call("store")?;
        let mut stores = state.stores.values();
        let found = stores.find(|store| match &key {
            StoreKey::Id(id) => store.id == *id,
            StoreKey::Slug(slug) => store.slug == *slug,
        });
        found
            .filter(|store| state.sees(actor, store))
            .cloned()
            .ok_or(StoreError::NotFound)
    }

    async fn stores(&self, actor: &Actor, ids: Vec<StoreId>) -> Result<Vec<Store>, StoreError> {
        let state = self.module_call(actor, "stores")?;
        let ids: BTreeSet<_> = ids.into_iter().collect();
        Ok(ids
            .iter()
            .filter_map(|id| state.stores.get(id).cloned())
            .collect())
    }

    async fn list(
        &self,
        actor: &Actor,
        filter: StoreFilter,
        page: PageRequest,
    ) -> Result<Page<Store>, StoreError> {
        let state = self.call("list")?;
        let after = page.after::<StoreId>()?;
        let wanted = state.stores.values().rev().filter(|store| {
            (store.status == StoreStatus::Approved || access::sees_all(actor))
                && filter.status.is_none_or(|status| store.status == status)
                && filter
                    .q
                    .as_ref()
                    .is_none_or(|q| store.name.to_lowercase().starts_with(&q.to_lowercase()))
                && after.is_none_or(|after| store.id < after)
        });
        let rows = wanted.take(page.limit() as usize + 1).cloned().collect();
        Ok(Page::from_rows(rows, &page, |store: &Store| store.id))
    }

    async fn not_purchasable(&self, actor: &Actor) -> Result<Vec<StoreId>, StoreError> {
        let state = self.module_call(actor, "not_purchasable")?;
        let stores = state.stores.values();
        let closed = stores.filter(|store| store.status != StoreStatus::Approved);
        Ok(closed.map(|store| store.id).collect())
    }

    async fn memberships(
        &self,
        actor: &Actor,
        user: UserId,
    ) -> Result<Vec<Membership>, StoreError> {
        let state = self.call("memberships")?;
        access::herself_or_module(actor, user)?;
        let of_user = state.members.iter().filter(|((_, who), _)| *who == user);
        Ok(of_user
            .filter_map(|((id, _), role)| {
                let store = state.stores.get(id)?;
                Some(Membership {
                    store: store.id,
                    name: store.name.clone(),
                    slug: store.slug.clone(),
                    status: store.status,
                    time_zone: store.time_zone.clone(),
                    role: *role,
                    permissions: role.permissions(),
                })
            })
            .collect())
    }

    async fn people(&self, actor: &Actor, id: StoreId) -> Result<Vec<UserId>, StoreError> {
        let state = self.module_call(actor, "people")?;
        let of_store = state.members.keys().filter(|(store, _)| *store == id);
        Ok(of_store.map(|(_, user)| *user).collect())
    }

    async fn people_who_may(
        &self,
        actor: &Actor,
        id: StoreId,
        permission: String,
    ) -> Result<Vec<UserId>, StoreError> {
        let state = self.module_call(actor, "people_who_may")?;
        let of_store = state.members.iter().filter(|((store, _), _)| *store == id);
        let may = of_store.filter(|(_, role)| role.may(&permission));
        Ok(may.map(|((_, user), _)| *user).collect())
    }

    async fn payees(&self, actor: &Actor, ids: Vec<StoreId>) -> Result<Vec<Payee>, StoreError> {
        let state = self.call("payees")?;
        access::payer(actor)?;
        let ids: BTreeSet<_> = ids.into_iter().collect();
        let known = ids.iter().filter_map(|id| {
            let (payee, store) = (state.payees.get(id)?, state.stores.get(id)?);
            Some(Payee {
                status: store.status,
                ..payee.clone()
            })
        });
        Ok(known.collect())
    }

    async fn quote_shipping(
        &self,
        actor: &Actor,
        requests: Vec<ShippingRequest>,
    ) -> Result<Vec<ShippingQuote>, StoreError> {
        let state = self.module_call(actor, "quote_shipping")?;
        Ok(requests.iter().map(|r| state.quote(r)).collect())
    }

    async fn quote_commission(
        &self,
        actor: &Actor,
        requests: Vec<CommissionRequest>,
    ) -> Result<Vec<CommissionQuote>, StoreError> {
        let state = self.module_call(actor, "quote_commission")?;
        let rules = state.rules();
        requests
            .iter()
            .map(|request| {
                commission::quote(&rules, request)
                    .map_err(StoreError::defect)?
                    .ok_or_else(|| StoreError::Internal("no rule matches".to_owned()))
            })
            .collect()
    }

    async fn commission_rules(&self, _: &Actor) -> Result<Vec<CommissionRule>, StoreError> {
        Ok(self.call("commission_rules")?.rules())
    }
}
