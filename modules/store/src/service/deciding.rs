//! Operators' decisions: approve, reject, suspend.

use feira_kernel::{
    Actor, Env, IdempotencyKey, StoreId,
    audit::{self, Act},
    db::{self, Change as _, Find},
    idempotency,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use serde_json::json;

use super::{
    Service,
    history::{self, Change},
    rows::load,
};
use crate::{
    access,
    acts::{STORE_APPROVED, STORE_REJECTED, STORE_SUSPENDED},
    api::{REVIEW_STORES, Store, StoreError, StoreStatus},
    entities::store,
    status::Action,
    validate,
};

impl Service {
    pub(crate) async fn approve(
        &self,
        actor: &Actor,
        id: StoreId,
        key: Option<IdempotencyKey>,
    ) -> Result<Store, StoreError> {
        let approve = (Action::Approve, STORE_APPROVED);
        self.decide(actor, id, approve, None, key).await
    }

    pub(crate) async fn reject(
        &self,
        actor: &Actor,
        id: StoreId,
        reason: String,
        key: Option<IdempotencyKey>,
    ) -> Result<Store, StoreError> {
        let reason = validate::reason(&reason)?;
        let reject = (Action::Reject, STORE_REJECTED);
        self.decide(actor, id, reject, Some(reason), key).await
    }

    pub(crate) async fn suspend(
        &self,
        actor: &Actor,
        id: StoreId,
        reason: String,
        key: Option<IdempotencyKey>,
    ) -> Result<Store, StoreError> {
        let reason = validate::reason(&reason)?;
        let suspend = (Action::Suspend, STORE_SUSPENDED);
        self.decide(actor, id, suspend, Some(reason), key).await
    }

    async fn decide(
        &self,
        actor: &Actor,
        id: StoreId,
        (action, act): (Action, Act),
        reason: Option<String>,
        key: Option<IdempotencyKey>,
    ) -> Result<Store, StoreError> {
        access::operator(actor, REVIEW_STORES)?;
        let keyed = IdempotencyKey::of(key, actor);
        let input = (self.env.clone(), actor.clone(), reason, keyed);
        self.env
            .pool
            .transaction(input, move |tx, (env, who, reason, keyed)| {
                Box::pin(async move {
                    let done = idempotency::first(tx, &env, keyed.as_ref(), &id).await?;
                    if done.is_none() {
                        let from = step(tx, &env, id, action, reason, who.label()).await?;
                        let details = json!({"from": from});
                        audit::record(tx, &env, &who, act, id.0, details).await?;
                    }
                    load(tx, id).await
                })
            })
            .await
    }
}

/// Performs one transition with its history row and event. Returns the state before.
pub(super) async fn step(
    tx: &db::Tx,
    env: &Env,
    id: StoreId,
    action: Action,
    reason: Option<String>,
    actor: String,
) -> Result<StoreStatus, StoreError> {
    let found = store::Entity::find_by_id(id).lock_exclusive();
    let current = found.row(&**tx).await?.ok_or(StoreError::NotFound)?;
    let from = current.status;
    let to = from.after(action)?;
    let version = current.version + 1;
    let moved = store::Entity::update_many()
        .set(store::ActiveModel {
            status: Set(to),
            status_reason: Set(reason.clone()),
            version: Set(version),
            updated_at: Set(env.now()),
            ..Default::default()
        })
        .filter(store::Column::Id.eq(id))
        .filter(store::Column::Status.eq(from));
    if moved.run(&**tx).await? == 0 {
        return Err(StoreError::IllegalMove { from, to });
    }
    let change = Change {
        store: id,
        owner: current.owner_id,
        version,
        from: Some(from),
        to,
        reason,
        actor,
    };
    history::record(tx, env, change).await?;
    Ok(from)
}
