//! The statements that change a cart. The first line of a cart waits for the disk; its owner's other
//! changes do not: a crash of the database may take back the last tenths of a second of them, never
//! a cart that was acknowledged with a line in it.

use feira_kernel::{
    Env, Time, db,
    idempotency::{self, Keyed},
    values,
};
use sea_orm::Value;
use serde::{Serialize, de::DeserializeOwned};
use time::Duration;

use super::Service;
use crate::{
    api::{CartError, CartId, CartOwner, CartStatus},
    snapshot::{Change, Item, Snapshot, defect},
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
            choices: std::collections::BTreeMap::new(),
            order: None,
            continued_in: None,
            version: 1,
            items: Vec::new(),
        };
        let (user, guest) = match &snapshot.owner {
            CartOwner::User(user) => (Some(user.0), None),
            CartOwner::Guest(hash) => (None, Some(hash.0.clone())),
        };
        let sql = "INSERT INTO carts (id, user_id, guest_token_hash, currency, expires_at, updated_at) \
                   VALUES ($1, $2, $3, $4, $5, $6) \
                   ON CONFLICT (user_id) WHERE status = 'open' DO NOTHING";
        let values = values![
            snapshot.id,
            user,
            guest,
            snapshot.currency.code(),
            snapshot.expires_at,
            self.env.now()
        ];
        let statement = (sql.to_owned(), values);
        let written = self.once(keyed, &snapshot.id, statement, false).await?;
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
        let now = self.env.now();
        let mut values = values![before.id, before.version, now, self.moved_expiry(before)];
        let (columns, item) = match change {
            Change::Put(item) => (String::new(), put(&mut values, item, now)),
            Change::Quantity(id, quantity) => {
                values.extend(values![*id, i64::from(*quantity)]);
                let item = "UPDATE cart_items SET quantity = $6, updated_at = $3 \
                            FROM cart WHERE cart_items.cart_id = cart.id AND cart_items.id = $5";
                (String::new(), item.to_owned())
            }
            Change::Remove(id) => {
                values.extend(values![*id]);
                let item = "DELETE FROM cart_items USING cart \
                            WHERE cart_items.cart_id = cart.id AND cart_items.id = $5";
                (String::new(), item.to_owned())
            }
            Change::Shipping(destination, choices) => {
                let destination = destination.as_ref().map(serde_json::to_value).transpose();
                let choices = serde_json::to_value(choices).map_err(defect)?;
                values.extend(values![destination.map_err(defect)?, choices]);
                let columns = ", destination = coalesce($5, destination), \
                               shipping_choices = shipping_choices || $6";
                (columns.to_owned(), "SELECT 1".to_owned())
            }
        };
        let sql = format!(
            "WITH cart AS (UPDATE carts SET version = version + 1, updated_at = $3, \
                 expires_at = $4{columns} \
                 WHERE id = $1 AND version = $2 AND status = 'open' RETURNING id), \
             item AS ({item}) SELECT id FROM cart"
        );
        // A commit that waits takes all before it to the disk, and so the cart's own row, whose
        // commit did not wait.
        let durable = is_first_line(before, change);
        Ok(self.once(keyed, &before.id, (sql, values), durable).await?)
    }

    /// One statement that writes one row, and the key beside it if there is one; `false` if it
    /// wrote none, or if the key has had this outcome.
    pub(super) async fn once(
        &self,
        keyed: Option<&Keyed>,
        outcome: &(impl Serialize + DeserializeOwned + Clone + Send + Sync + 'static),
        (sql, values): (String, Vec<Value>),
        durable: bool,
    ) -> Result<bool, db::Error> {
        let pool = &self.env.pool;
        let Some(keyed) = keyed else {
            let lanes = if durable {
                pool.reads()
            } else {
                pool.relaxed()
            };
            return Ok(db::exec(lanes, &sql, values).await? == 1);
        };
        let input = (
            self.env.clone(),
            keyed.clone(),
            outcome.clone(),
            sql,
            values,
        );
        let written = if durable {
            pool.transaction(input, |tx, input| Box::pin(write_once(tx, input)))
                .await
        } else {
            pool.transaction_relaxed(input, |tx, input| Box::pin(write_once(tx, input)))
                .await
        };
        match written {
            Ok(()) => Ok(true),
            Err(Unwritten::Nothing) => Ok(false),
            Err(Unwritten::Failed(error)) => Err(error),
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

/// Why a transaction with a key was taken back, the key with it.
enum Unwritten {
    /// There was nothing to write, or the key has done it before.
    Nothing,
    Failed(db::Error),
}

impl From<db::Error> for Unwritten {
    fn from(error: db::Error) -> Self {
        Self::Failed(error)
    }
}

async fn write_once<T: Serialize + DeserializeOwned>(
    tx: &db::Tx,
    (env, keyed, outcome, sql, values): (Env, Keyed, T, String, Vec<Value>),
) -> Result<(), Unwritten> {
    let done = idempotency::first(tx, &env, Some(&keyed), &outcome).await?;
    if done.is_none() && db::exec(&**tx, &sql, values).await? == 1 {
        Ok(())
    } else {
        Err(Unwritten::Nothing)
    }
}

fn is_first_line(before: &Snapshot, change: &Change) -> bool {
    before.items.is_empty() && matches!(change, Change::Put(_))
}

fn put(values: &mut Vec<Value>, item: &Item, now: Time) -> String {
    values.extend(values![
        item.id,
        item.variant,
        item.product,
        item.store,
        item.title.clone(),
        i64::from(item.quantity),
        item.seen.amount(),
        item.seen.currency().code(),
        item.position,
        now
    ]);
    "INSERT INTO cart_items (id, cart_id, variant_id, product_id, store_id, title, quantity, \
                             unit_price, currency, position, updated_at) \
     SELECT $5, cart.id, $6, $7, $8, $9, $10, $11, $12, $13, $14 FROM cart \
     ON CONFLICT (cart_id, variant_id) DO UPDATE SET quantity = excluded.quantity, \
         unit_price = excluded.unit_price, updated_at = excluded.updated_at"
        .to_owned()
}
