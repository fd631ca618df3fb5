//! One cart's lines go into another: a guest's into the person's, or those of a held cart whose
//! order has ended into its owner's open one.

use feira_kernel::{
    Env, Time, db,
    idempotency::{self, Keyed},
    values,
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{Service, claiming::Outcome};
use crate::{
    api::{CartError, CartId, CartItemId, MergedLine},
    live::Sellables,
    merge::{self, Plan},
    snapshot::{Item, Snapshot, defect},
    status::Action,
};

/// Why the lines go.
#[derive(Clone, Copy)]
pub(super) enum Cause<'a> {
    /// A person takes a guest's cart over, of which this is to be had now. Durable: her client
    /// forgets the guest's token.
    Claim(&'a Sellables, Option<&'a Keyed>),
    /// The order of a held cart has ended. What follows in `order` is durable.
    Release(Uuid),
}

/// What came of it.
pub(super) struct Merged {
    pub(super) after: Snapshot,
    pub(super) report: Vec<MergedLine>,
}

/// What is written of a merge, if both carts are still as they were read.
#[derive(Clone)]
struct Merge {
    own: CartId,
    own_version: i64,
    from: CartId,
    from_version: i64,
    from_status: &'static str,
    ended: &'static str,
    lines: serde_json::Value,
    destination: Option<serde_json::Value>,
    choices: serde_json::Value,
    expires_at: Option<Time>,
    /// What a repeat of a release is told.
    released: Option<serde_json::Value>,
    now: Time,
    env: Env,
    keyed: Option<Keyed>,
    outcome: Outcome,
}

#[derive(FromQueryResult)]
struct Locked {
    id: Uuid,
    version: i64,
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
        let input = Merge {
            own: own.id,
            own_version: own.version,
            from: from.id,
            from_version: from.version,
            from_status: from.status.as_str(),
            ended: from.after(Action::Merge)?.as_str(),
            lines: plan.lines.iter().map(json).collect(),
            destination: destination.transpose().map_err(defect)?,
            choices: serde_json::to_value(&after.choices).map_err(defect)?,
            expires_at: self.moved_expiry(&own),
            released: order.map(|order| told(order, &plan.report)),
            now: self.env.now(),
            env: self.env.clone(),
            keyed: keyed.cloned(),
            outcome: Outcome {
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

/// For which order a cart was released, and what was done to its lines: see `released_before`.
pub(super) fn told(order: Uuid, report: &[MergedLine]) -> serde_json::Value {
    serde_json::json!({ "order": order, "report": report })
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

fn json(item: &Item) -> serde_json::Value {
    serde_json::json!({
        "id": item.id,
        "variant_id": item.variant,
        "product_id": item.product,
        "store_id": item.store,
        "title": item.title,
        "quantity": item.quantity,
        "unit_price": item.seen.amount().to_string(),
        "currency": item.seen.currency(),
        "position": item.position,
    })
}

impl Merge {
    /// Whether it was written.
    async fn write(self, tx: &db::Tx) -> Result<bool, CartError> {
        let mut expected = [
            (self.own.0, self.own_version),
            (self.from.0, self.from_version),
        ];
        expected.sort_unstable();
        let locked: Vec<Locked> = db::rows(
            &**tx,
            "SELECT id, version FROM carts \
             WHERE id = $1 AND status = 'open' OR id = $2 AND status = $3 ORDER BY id FOR UPDATE",
            values![self.own, self.from, self.from_status],
        )
        .await?;
        if !locked.iter().map(|row| (row.id, row.version)).eq(expected) {
            return Ok(false);
        }
        let keyed = self.keyed.as_ref();
        let done = idempotency::first(tx, &self.env, keyed, &self.outcome).await?;
        if done.is_some() {
            return Ok(false);
        }
        db::exec(
            &**tx,
            "INSERT INTO cart_items (id, cart_id, variant_id, product_id, store_id, title, quantity, \
                                     unit_price, currency, position, updated_at) \
             SELECT l.id, $1, l.variant_id, l.product_id, l.store_id, l.title, l.quantity, \
                    l.unit_price, l.currency, l.position, $3 \
             FROM jsonb_to_recordset($2) AS l(id uuid, variant_id uuid, product_id uuid, \
                 store_id uuid, title text, quantity integer, unit_price numeric, currency text, \
                 position bigint) \
             ON CONFLICT (cart_id, variant_id) DO UPDATE SET quantity = excluded.quantity, \
                 updated_at = excluded.updated_at",
            values![self.own, self.lines, self.now],
        )
        .await?;
        db::exec(
            &**tx,
            "UPDATE carts SET destination = $2, shipping_choices = $3, expires_at = $5, \
                              version = version + 1, updated_at = $4 WHERE id = $1",
            values![
                self.own,
                self.destination,
                self.choices,
                self.now,
                self.expires_at
            ],
        )
        .await?;
        db::exec(
            &**tx,
            "UPDATE carts SET status = $3, order_id = NULL, merged_into = $2, \
                              released = coalesce($5, released), version = version + 1, \
                              updated_at = $4 WHERE id = $1",
            values![self.from, self.own, self.ended, self.now, self.released],
        )
        .await?;
        Ok(true)
    }
}
