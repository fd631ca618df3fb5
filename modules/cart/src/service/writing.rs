//! The statements that change a cart. The first line of a cart waits for the disk; its owner's other
//! changes do not: a crash of the database may take back the last tenths of a second of them, never
//! a cart that was acknowledged with a line in it.

use std::collections::BTreeMap;

use feira_kernel::{
    Env, StoreId, Time, db,
    idempotency::{self, Keyed},
    values,
};
use feira_store::{Destination, ShippingMethodId};
use sea_orm::{
    ActiveValue::NotSet, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter,
    QueryTrait, Set, Statement, Value, sea_query::OnConflict,
};
use serde::{Serialize, de::DeserializeOwned};
use time::Duration;

use super::Service;
use crate::{
    api::{CartError, CartId, CartOwner, CartStatus},
    entities::cart::{self, Column},
    snapshot::{Change, Item, Snapshot},
};

impl Service {
    /// A new, empty cart; `None` if the person has an open one by now, or if the key has made one.
    pub(super) async fn insert(
        &self,
        owner: CartOwner,
        keyed: Option<&Keyed>,
    ) -> Result<Option<Snapshot>, CartError> {
        let snapshot = Snapshot {
            id: CartId(self.env.uuid()),
            expires_at: match &owner {
                CartOwner::User(_) => None,
                CartOwner::Guest(_) => Some(self.expiry()),
            },
            owner,
            status: CartStatus::Open,
            currency: self.settings.currency,
            destination: None,
            choices: BTreeMap::new(),
            order: None,
            continued_in: None,
            version: 1,
            items: Vec::new(),
        };
        let (user, guest) = match &snapshot.owner {
            CartOwner::User(user) => (Some(*user), None),
            CartOwner::Guest(hash) => (None, Some(hash.0.clone())),
        };
        let row = cart::ActiveModel {
            id: Set(snapshot.id),
            user_id: Set(user),
            guest_token_hash: Set(guest),
            currency: Set(snapshot.currency.code().to_owned()),
            expires_at: Set(snapshot.expires_at),
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        let unless_open = OnConflict::column(Column::UserId)
            .target_and_where(cart::is(CartStatus::Open))
            .do_nothing()
            .to_owned();
        let insert = cart::Entity::insert(row)
            .on_conflict(unless_open)
            .build(DbBackend::Postgres);
        let written = self.once(keyed, &snapshot.id, insert, false).await?;
        Ok(written.then_some(snapshot))
    }

    /// Writes one change of the cart as it was read; `false` if it has changed since, perhaps by an
    /// earlier call with this key.
    pub(super) async fn write(
        &self,
        before: &Snapshot,
        change: &Change,
        keyed: Option<&Keyed>,
    ) -> Result<bool, CartError> {
        let statement = self.statement(before, change)?;
        // A commit that waits takes all before it to the disk, and so the cart's own row, whose
        // commit did not wait.
        let durable = is_first_line(before, change);
        Ok(self.once(keyed, &before.id, statement, durable).await?)
    }

    /// Each is guarded by the version that was read.
    fn statement(&self, before: &Snapshot, change: &Change) -> Result<Statement, CartError> {
        let (now, expires_at) = (self.env.now(), self.moved_expiry(before));
        let (sql, of_line) = match change {
            Change::Put(item) => (include_str!("../sql/put_line.sql"), columns(item)),
            Change::Quantity(id, quantity) => (
                include_str!("../sql/set_quantity.sql"),
                values![*id, i64::from(*quantity)],
            ),
            Change::Remove(id) => (include_str!("../sql/remove_line.sql"), values![*id]),
            Change::Shipping(destination, choices) => {
                let mut row = shipping(before, destination.as_ref(), choices)?;
                row.expires_at = Set(expires_at);
                row.updated_at = Set(now);
                let update = cart::Entity::update_many()
                    .set(row)
                    .filter(Column::Id.eq(before.id))
                    .filter(Column::Version.eq(before.version))
                    .filter(Column::Status.eq(CartStatus::Open));
                return Ok(update.build(DbBackend::Postgres));
            }
        };
        let mut values = values![before.id, before.version, now, expires_at];
        values.extend(of_line);
        values.push(CartStatus::Open.into());
        Ok(Statement::from_sql_and_values(
            DbBackend::Postgres,
            sql,
            values,
        ))
    }

    /// One statement that writes one row, and the key beside it if there is one; `false` if it
    /// wrote none, or if the key has had this outcome.
    pub(super) async fn once(
        &self,
        keyed: Option<&Keyed>,
        outcome: &(impl Serialize + DeserializeOwned + Clone + Send + Sync + 'static),
        statement: Statement,
        durable: bool,
    ) -> Result<bool, db::Error> {
        let pool = &self.env.pool;
        let Some(keyed) = keyed else {
            let rows = if durable {
                run(pool.write(), statement).await?
            } else {
                run(&pool.write_relaxed(), statement).await?
            };
            return Ok(rows == 1);
        };
        let input = (self.env.clone(), keyed.clone(), outcome.clone(), statement);
        let written = if durable {
            pool.transaction(input, |tx, input| Box::pin(write_once(tx, input)))
                .await
        } else {
            pool.transaction_relaxed(input, |tx, input| Box::pin(write_once(tx, input)))
                .await
        };
        match written {
            Ok(()) => Ok(true),
            Err(Rollback::Nothing) => Ok(false),
            Err(Rollback::Failed(error)) => Err(error),
        }
    }

    /// When a cart that is changed now ends. Put off by whole days only: `expires_at` is indexed,
    /// and a row whose indexed columns stay is written without touching any index.
    pub(super) fn moved_expiry(&self, before: &Snapshot) -> Option<Time> {
        let (kept, now) = (before.expires_at?, self.expiry());
        Some(if now - kept < Duration::DAY {
            kept
        } else {
            now
        })
    }

    /// When a guest's cart that is changed now ends.
    pub(super) fn expiry(&self) -> Time {
        self.env.now() + self.settings.guest_cart_ttl
    }
}

/// Why a transaction, and the key in it, was rolled back.
enum Rollback {
    /// There was nothing to write, or the key has done it before.
    Nothing,
    Failed(db::Error),
}

impl From<db::Error> for Rollback {
    fn from(error: db::Error) -> Self {
        Self::Failed(error)
    }
}

async fn write_once<T: Serialize + DeserializeOwned>(
    tx: &db::Tx,
    (env, keyed, outcome, statement): (Env, Keyed, T, Statement),
) -> Result<(), Rollback> {
    let done = idempotency::first(tx, &env, Some(&keyed), &outcome).await?;
    if done.is_none() && run(&**tx, statement).await? == 1 {
        Ok(())
    } else {
        Err(Rollback::Nothing)
    }
}

/// How many rows it wrote.
async fn run(db: &impl ConnectionTrait, statement: Statement) -> Result<u64, db::Error> {
    Ok(db.execute_raw(statement).await?.rows_affected())
}

fn is_first_line(before: &Snapshot, change: &Change) -> bool {
    before.items.is_empty() && matches!(change, Change::Put(_))
}

/// Of a new line, in the order of `put_line.sql`.
fn columns(item: &Item) -> Vec<Value> {
    values![
        item.id,
        item.variant,
        item.product,
        item.store,
        item.title.clone(),
        i64::from(item.quantity),
        item.price_seen.amount(),
        item.price_seen.currency().code(),
        item.position
    ]
}

/// The next version of a cart, with the destination, if given, and the choices added to those that
/// were made before.
fn shipping(
    before: &Snapshot,
    destination: Option<&Destination>,
    choices: &BTreeMap<StoreId, ShippingMethodId>,
) -> Result<cart::ActiveModel, CartError> {
    let destination = destination.map(serde_json::to_value).transpose();
    let mut all = before.choices.clone();
    all.extend(choices);
    Ok(cart::ActiveModel {
        destination: destination
            .map_err(CartError::defect)?
            .map_or(NotSet, |given| Set(Some(given))),
        shipping_choices: Set(serde_json::to_value(all).map_err(CartError::defect)?),
        version: Set(before.version + 1),
        ..Default::default()
    })
}
