//! Operators' decisions on applications and on stores that sell.

use feira_kernel::{Actor, Env, IdempotencyKey, StoreId, UserId, db, idempotency, values};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{
    Service,
    history::{self, Change},
    rows::{self, SELECT_STORE, StoreRow},
};
use crate::{
    access,
    api::{REVIEW_STORES, Store, StoreError},
    status::Action,
};

#[derive(FromQueryResult)]
struct Current {
    owner_id: Uuid,
    status: String,
}

impl Service {
    pub(super) async fn decide(
        &self,
        actor: &Actor,
        id: StoreId,
        (action, reason): (Action, Option<String>),
        key: Option<IdempotencyKey>,
    ) -> Result<Store, StoreError> {
        access::operator(actor, REVIEW_STORES)?;
        let keyed = IdempotencyKey::of(key, actor);
        let input = (self.env.clone(), actor.label(), reason, keyed);
        self.env
            .pool
            .transaction(input, move |tx, (env, who, reason, keyed)| {
                Box::pin(async move {
                    let done = idempotency::first(tx, &env, keyed.as_ref(), &id).await?;
                    if done.is_none() {
                        step(tx, &env, id, action, reason, who).await?;
                    }
                    load(tx, id).await
                })
            })
            .await
    }
}

/// Takes one step of the state machine, with its history and its event.
pub(super) async fn step(
    tx: &db::Tx,
    env: &Env,
    id: StoreId,
    action: Action,
    reason: Option<String>,
    actor: String,
) -> Result<(), StoreError> {
    let current: Current = db::optional(
        &**tx,
        "SELECT owner_id, status FROM stores WHERE id = $1 FOR UPDATE",
        values![id],
    )
    .await?
    .ok_or(StoreError::NotFound)?;
    let from = rows::status(&current.status)?;
    let to = from.after(action)?;
    let version: Option<i64> = db::scalar(
        &**tx,
        "UPDATE stores SET status = $3, status_reason = $4, version = version + 1, updated_at = $5 \
         WHERE id = $1 AND status = $2 RETURNING version",
        values![id, from.as_str(), to.as_str(), reason.clone(), env.now()],
    )
    .await?;
    let change = Change {
        store: id,
        owner: UserId(current.owner_id),
        version: version.ok_or(StoreError::IllegalMove { from, to })?,
        from: Some(from),
        to,
        reason,
        actor,
    };
    history::record(tx, env, change).await
}

pub(super) async fn load(tx: &db::Tx, id: StoreId) -> Result<Store, StoreError> {
    let sql = format!("{SELECT_STORE} WHERE s.id = $1");
    let row: StoreRow = db::one(&**tx, &sql, values![id]).await?;
    row.try_into()
}
