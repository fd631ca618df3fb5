//! The trait's implementation: one file per aggregate, one method per transaction.

mod applying;
mod commission;
mod deciding;
mod history;
mod reading;
mod rows;
mod shipping;
mod team;

use std::sync::Arc;

use async_trait::async_trait;
use feira_kernel::{
    Actor, Env, IdempotencyKey, Page, PageRequest, StoreId, UserId, validate::Fields,
};
use feira_user::Users;

use crate::{
    Settings,
    api::{
        Application, CommissionQuote, CommissionRequest, CommissionRule, Membership,
        NewCommissionRule, NewShippingMethod, ShippingMethod, ShippingQuote, ShippingRequest,
        Store, StoreError, StoreFilter, StoreKey, Stores,
    },
    status::Action,
    validate,
};

/// The most stores that one batch names.
const MAX_BATCH: usize = 100;

pub(crate) struct Service {
    pub(crate) env: Env,
    pub(crate) users: Arc<dyn Users>,
    pub(crate) settings: Arc<Settings>,
}

#[async_trait]
impl Stores for Service {
    async fn apply(
        &self,
        actor: &Actor,
        application: Application,
        key: Option<IdempotencyKey>,
    ) -> Result<Store, StoreError> {
        self.apply_to_sell(actor, application, key).await
    }

    async fn approve(
        &self,
        actor: &Actor,
        id: StoreId,
        key: Option<IdempotencyKey>,
    ) -> Result<Store, StoreError> {
        self.decide(actor, id, (Action::Approve, None), key).await
    }

    async fn reject(
        &self,
        actor: &Actor,
        id: StoreId,
        reason: String,
        key: Option<IdempotencyKey>,
    ) -> Result<Store, StoreError> {
        let reason = validate::reason(&reason)?;
        self.decide(actor, id, (Action::Reject, Some(reason)), key)
            .await
    }

    async fn suspend(
        &self,
        actor: &Actor,
        id: StoreId,
        reason: String,
        key: Option<IdempotencyKey>,
    ) -> Result<Store, StoreError> {
        let reason = validate::reason(&reason)?;
        self.decide(actor, id, (Action::Suspend, Some(reason)), key)
            .await
    }

    async fn store(&self, actor: &Actor, key: StoreKey) -> Result<Store, StoreError> {
        self.one_store(actor, key).await
    }

    async fn stores(&self, actor: &Actor, ids: Vec<StoreId>) -> Result<Vec<Store>, StoreError> {
        self.stores_by_id(actor, ids).await
    }

    async fn list(
        &self,
        actor: &Actor,
        filter: StoreFilter,
        page: PageRequest,
    ) -> Result<Page<Store>, StoreError> {
        self.page_of_stores(actor, filter, page).await
    }

    async fn not_purchasable(&self, actor: &Actor) -> Result<Vec<StoreId>, StoreError> {
        self.closed_to_buyers(actor).await
    }

    async fn memberships(
        &self,
        actor: &Actor,
        user: UserId,
    ) -> Result<Vec<Membership>, StoreError> {
        self.memberships_of(actor, user).await
    }

    async fn people(&self, actor: &Actor, id: StoreId) -> Result<Vec<UserId>, StoreError> {
        self.people_of(actor, id).await
    }

    async fn shipping_methods(&self, actor: &Actor) -> Result<Vec<ShippingMethod>, StoreError> {
        self.own_shipping_methods(actor).await
    }

    async fn add_shipping_method(
        &self,
        actor: &Actor,
        new: NewShippingMethod,
        key: Option<IdempotencyKey>,
    ) -> Result<ShippingMethod, StoreError> {
        self.new_shipping_method(actor, new, key).await
    }

    async fn quote_shipping(
        &self,
        actor: &Actor,
        requests: Vec<ShippingRequest>,
    ) -> Result<Vec<ShippingQuote>, StoreError> {
        self.shipping_quotes(actor, requests).await
    }

    async fn quote_commission(
        &self,
        actor: &Actor,
        requests: Vec<CommissionRequest>,
    ) -> Result<Vec<CommissionQuote>, StoreError> {
        self.commission_quotes(actor, requests).await
    }

    async fn commission_rules(&self, actor: &Actor) -> Result<Vec<CommissionRule>, StoreError> {
        self.all_commission_rules(actor).await
    }

    async fn add_commission_rule(
        &self,
        actor: &Actor,
        new: NewCommissionRule,
        key: Option<IdempotencyKey>,
    ) -> Result<CommissionRule, StoreError> {
        self.new_commission_rule(actor, new, key).await
    }
}

/// A batch longer than is allowed is the caller's mistake, not a slow query.
fn bounded<T>(batch: &[T], max: usize) -> Result<(), StoreError> {
    let mut fields = Fields::default();
    fields.count("", batch.len(), max);
    Ok(fields.finish()?)
}

/// What only a defect, or a row changed by hand, can cause.
fn defect(what: impl std::fmt::Display) -> StoreError {
    StoreError::Internal(what.to_string())
}
