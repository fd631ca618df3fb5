//! Writes the history row and the event of a state change, in its transaction.

use feira_kernel::{
    Env, StoreId, UserId,
    db::{self, Change as _},
    outbox,
};
use sea_orm::{ActiveValue::NotSet, EntityTrait, Set};

use crate::{
    api::{StoreChanged, StoreError, StoreStatus},
    entities::store_status_history,
};

/// One change of state.
#[derive(Clone)]
pub(super) struct Change {
    pub(super) store: StoreId,
    pub(super) owner: UserId,
    /// The store's version after it.
    pub(super) version: i64,
    pub(super) from: Option<StoreStatus>,
    pub(super) to: StoreStatus,
    pub(super) reason: Option<String>,
    pub(super) actor: String,
}

pub(super) async fn record(tx: &db::Tx, env: &Env, change: Change) -> Result<(), StoreError> {
    let row = store_status_history::ActiveModel {
        id: Set(env.uuid()),
        store_id: Set(change.store),
        version: Set(change.version),
        from_status: Set(change.from),
        to_status: Set(change.to),
        reason: Set(change.reason),
        actor: Set(change.actor),
        at: Set(env.now()),
        created_at: NotSet,
    };
    store_status_history::Entity::insert(row).run(&**tx).await?;
    let event = StoreChanged {
        store: change.store,
        owner: change.owner,
        version: change.version,
        from: change.from,
        to: change.to,
    };
    outbox::publish(tx, env, &event).await?;
    Ok(())
}
