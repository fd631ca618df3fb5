//! Merges the lines of one cart into another: a guest's into the person's, or those of a held cart whose
//! order ended into its owner's open cart.

use feira_kernel::{
    Env, Time,
    db::{self, Change, Find},
    idempotency::{self, Keyed},
};
use sea_orm::{
    ActiveValue::NotSet, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    Set, sea_query::OnConflict,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Service;
use crate::{
    api::{CartError, CartId, CartItemId, CartStatus, MergedLine},
    entities::{
        cart::{self, Column, LastRelease},
        cart_item,
    },
    merge::{self, Plan},
    pricing::Sellables,
    snapshot::{Item, Snapshot},
    status::Action,
};

/// Why carts are merged.
#[derive(Clone, Copy)]
pub(super) enum Cause<'a> {
    /// A person takes a guest's cart over, of which this is to be had now. Durable: her client
    /// forgets the guest's token.
    Claim(&'a Sellables, Option<&'a Keyed>),
    /// The order of a held cart has ended. What follows in `order` is durable.
    Release(Uuid),
}

/// The result of a merge.
pub(super) struct Merged {
    pub(super) after: Snapshot,
    pub(super) report: Vec<MergedLine>,
}

/// What a repeat of a claim is told.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct ClaimOutcome {
    pub(super) cart: CartId,
    pub(super) report: Vec<MergedLine>,
}

/// The writes of a merge, made only if both carts are unchanged since they were read.
#[derive(Clone)]
struct Merge {
    own: CartId,
    own_version: i64,
    from: CartId,
    from_version: i64,
    from_status: CartStatus,
    ended: CartStatus,
    lines: Vec<cart_item::ActiveModel>,
    destination: Option<serde_json::Value>,
    choices: serde_json::Value,
    expires_at: Option<Time>,
    /// What a repeat of a release is told.
    released: Option<serde_json::Value>,
    now: Time,
    env: Env,
    keyed: Option<Keyed>,
    outcome: ClaimOutcome,
}

impl Service {
    /// `None` if one of the carts changed meanwhile.
    pub(super) async fn merge(
        &self,
        own: Snapshot,
        from: Snapshot,
        cause: Cause<'_>,
    ) -> Result<Option<Merged>, CartError> {
        let (offers, keyed, order) = match cause {
            Cause::Claim(offers, keyed) => (Some(offers), keyed, None),
            Cause::Release(order) => (None, None, Some(order)),
        };
        let mut plan = merge::plan(&own, &from, offers);
        for line in &mut plan.lines {
            if own.line_of(line.variant).is_none() {
                line.id = CartItemId(self.env.uuid());
            }
        }
        let after = merged(&own, &from, &plan);
        let destination = after.destination.as_ref().map(serde_json::to_value);
        let now = self.env.now();
        let lines = plan.lines.into_iter().map(|item| line(own.id, item, now));
        let input = Merge {
            own: own.id,
            own_version: own.version,
            from: from.id,
            from_version: from.version,
            from_status: from.status,
            ended: from.after(Action::Merge)?,
            lines: lines.collect::<Result<_, _>>()?,
            destination: destination.transpose().map_err(CartError::defect)?,
            choices: serde_json::to_value(&after.choices).map_err(CartError::defect)?,
            expires_at: self.moved_expiry(&own),
            released: order
                .map(|order| {
                    let report = plan.report.clone();
                    serde_json::to_value(LastRelease { order, report }).map_err(CartError::defect)
                })
                .transpose()?,
            now,
            env: self.env.clone(),
            keyed: keyed.cloned(),
            outcome: ClaimOutcome {
                cart: own.id,
                report: plan.report.clone(),
            },
        };
        let pool = &self.env.pool;
        let written = if order.is_none() {
            pool.transaction(input, |tx, input| {
                Box::pin(async move { input.write(tx).await })
            })
            .await?
        } else {
            pool.transaction_relaxed(input, |tx, input| {
                Box::pin(async move { input.write(tx).await })
            })
            .await?
        };
        let report = plan.report;
        Ok(written.then_some(Merged { after, report }))
    }
}

/// The open cart with the lines of the plan. What was chosen in it stands; the other's
/// destination and choices fill what was not said.
fn merged(own: &Snapshot, from: &Snapshot, plan: &Plan) -> Snapshot {
    let mut after = own.clone();
    after.version += 1;
    for line in &plan.lines {
        match after.items.iter_mut().find(|item| item.id == line.id) {
            Some(item) => *item = line.clone(),
            None => after.items.push(line.clone()),
        }
    }
    after.destination = after.destination.or_else(|| from.destination.clone());
    for (store, method) in &from.choices {
        after.choices.entry(*store).or_insert(*method);
    }
    after
}

/// The item as a line of this cart.
fn line(cart: CartId, item: Item, now: Time) -> Result<cart_item::ActiveModel, CartError> {
    Ok(cart_item::ActiveModel {
        id: Set(item.id),
        cart_id: Set(cart),
        variant_id: Set(item.variant),
        product_id: Set(item.product),
        store_id: Set(item.store),
        title: Set(item.title),
        quantity: Set(i32::try_from(item.quantity).map_err(CartError::defect)?),
        unit_price: Set(item.price_seen.amount()),
        currency: Set(item.price_seen.currency().code().to_owned()),
        position: Set(item.position),
        created_at: NotSet,
        updated_at: Set(now),
    })
}

impl Merge {
    /// Whether it was written.
    async fn write(self, tx: &db::Tx) -> Result<bool, CartError> {
        if !self.lock(tx).await? {
            return Ok(false);
        }
        let keyed = self.keyed.as_ref();
        let done = idempotency::first(tx, &self.env, keyed, &self.outcome).await?;
        if done.is_some() {
            return Ok(false);
        }
        let again = OnConflict::columns([cart_item::Column::CartId, cart_item::Column::VariantId])
            .update_columns([cart_item::Column::Quantity, cart_item::Column::UpdatedAt])
            .to_owned();
        cart_item::Entity::insert_many(self.lines)
            .on_conflict(again)
            .run(&**tx)
            .await?;
        let grown = cart::ActiveModel {
            destination: Set(self.destination),
            shipping_choices: Set(self.choices),
            expires_at: Set(self.expires_at),
            version: Set(self.own_version + 1),
            updated_at: Set(self.now),
            ..Default::default()
        };
        let ended = cart::ActiveModel {
            status: Set(self.ended),
            order_id: Set(None),
            merged_into: Set(Some(self.own)),
            released: self.released.map_or(NotSet, |last| Set(Some(last))),
            version: Set(self.from_version + 1),
            updated_at: Set(self.now),
            ..Default::default()
        };
        for (id, row) in [(self.own, grown), (self.from, ended)] {
            cart::Entity::update_many()
                .set(row)
                .filter(Column::Id.eq(id))
                .run(&**tx)
                .await?;
        }
        Ok(true)
    }

    /// Locks both carts; `false` if one of them is not as it was read.
    async fn lock(&self, tx: &db::Tx) -> Result<bool, CartError> {
        let own = Condition::all()
            .add(Column::Id.eq(self.own))
            .add(Column::Status.eq(CartStatus::Open));
        let from = Condition::all()
            .add(Column::Id.eq(self.from))
            .add(Column::Status.eq(self.from_status));
        let locked: Vec<(CartId, i64)> = cart::Entity::find()
            .filter(Condition::any().add(own).add(from))
            .order_by_asc(Column::Id)
            .lock_exclusive()
            .select_only()
            .columns([Column::Id, Column::Version])
            .into_tuple()
            .rows(&**tx)
            .await?;
        let mut expected = [(self.own, self.own_version), (self.from, self.from_version)];
        expected.sort_unstable();
        Ok(locked == expected)
    }
}
