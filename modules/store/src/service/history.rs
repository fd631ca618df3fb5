//! What every change of a store's state leaves behind, in its own transaction: a row of history
//! and an event.

use feira_kernel::{Env, StoreId, UserId, db, outbox, values};

use crate::api::{StoreChanged, StoreError, StoreStatus};

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
    db::exec(
        &**tx,
        "INSERT INTO store_status_history \
             (id, store_id, version, from_status, to_status, reason, actor, at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        values![
            env.uuid(),
            change.store,
            change.version,
            change.from.map(StoreStatus::as_str),
            change.to.as_str(),
            change.reason,
            change.actor,
            env.now()
        ],
    )
    .await?;
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
