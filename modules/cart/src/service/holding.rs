//! A cart while an order that is made of it waits for its payment. See `order`'s checkout for who
//! holds and releases when, and what a crash in between costs.
//!
//! None of these waits for the disk. What `order` writes next does (the order, or what was returned
//! to its buyer), and an earlier commit is on the disk with a later one.

use feira_kernel::{
    Actor, Page, PageRequest,
    db::{self, Change, Direction, Find},
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Set};
use uuid::Uuid;

use super::{Service, TRIES, claiming::was_written, contended, merging::Cause};
use crate::{
    access,
    api::{CartError, CartId, CartOwner, CartStatus, HOLD_LEASE, HeldCart, MergedLine, Released},
    entities::cart::{self, Column, LastRelease},
    merge,
    snapshot::Snapshot,
    status::Action,
};

impl Service {
    pub(crate) async fn hold(
        &self,
        actor: &Actor,
        id: CartId,
        version: i64,
        order: Uuid,
    ) -> Result<bool, CartError> {
        access::order_only(actor)?;
        let held = CartStatus::Open.after(Action::Hold);
        let held = held.ok_or(CartError::Closed)?;
        let now = self.env.now();
        let as_seen = Condition::all()
            .add(Column::Status.eq(CartStatus::Open))
            .add(Column::Version.eq(version));
        let again = Condition::all()
            .add(Column::Status.eq(held))
            .add(Column::OrderId.eq(order));
        let hold = cart::Entity::update_many()
            .set(cart::ActiveModel {
                status: Set(held),
                order_id: Set(Some(order)),
                held_at: Set(Some(now)),
                updated_at: Set(now),
                ..Default::default()
            })
            .col_expr(Column::Version, cart::next_version())
            .filter(Column::Id.eq(id))
            .filter(Condition::any().add(as_seen).add(again))
            .filter(db::relaxed());
        Ok(hold.run(self.env.pool.write()).await? == 1)
    }

    pub(crate) async fn release(
        &self,
        actor: &Actor,
        id: CartId,
        order: Uuid,
    ) -> Result<Option<Released>, CartError> {
        access::order_only(actor)?;
        for _ in 0..TRIES {
            let cart = self.find(id).await?;
            if cart.status != CartStatus::Held {
                return self.released_before(&cart, order).await;
            }
            if cart.order != Some(order) {
                return Ok(None);
            }
            let open = self.find_open(&cart.owner).await?;
            if let Some(own) = open {
                if let Some(merged) = self.merge(own, cart, Cause::Release(order)).await? {
                    return Ok(Some(Released {
                        cart: merged.after.id,
                        report: merged.report,
                    }));
                }
            } else {
                let report = merge::moved(&cart);
                if self.reopen(&cart, order, &report).await? {
                    return Ok(Some(Released { cart: id, report }));
                }
            }
        }
        Err(contended())
    }

    /// Where the lines of a cart are that is not held any more, and what was done to them.
    async fn released_before(
        &self,
        cart: &Snapshot,
        order: Uuid,
    ) -> Result<Option<Released>, CartError> {
        let lines_in = match cart.status {
            CartStatus::Open => Some(cart.id),
            CartStatus::Merged => cart.continued_in,
            CartStatus::Held | CartStatus::Completed => None,
        };
        let Some(lines_in) = lines_in else {
            return Ok(None);
        };
        let row = cart::Entity::find_by_id(cart.id)
            .row(self.env.pool.read())
            .await?;
        let released = row.and_then(|row| row.released);
        let released: Option<LastRelease> = released
            .map(|written| serde_json::from_value(written).map_err(CartError::defect))
            .transpose()?;
        let of_order = released.filter(|released| released.order == order);
        Ok(Some(Released {
            cart: lines_in,
            report: of_order.map(|of| of.report).unwrap_or_default(),
        }))
    }

    /// `false` if it changed meanwhile, or if its owner has an open one by now.
    async fn reopen(
        &self,
        cart: &Snapshot,
        order: Uuid,
        report: &[MergedLine],
    ) -> Result<bool, CartError> {
        let open = cart.after(Action::Release)?;
        let expires_at = match &cart.owner {
            CartOwner::User(_) => None,
            CartOwner::Guest(_) => Some(self.expiry()),
        };
        let released = serde_json::to_value(LastRelease {
            order,
            report: report.to_vec(),
        });
        let released = released.map_err(CartError::defect)?;
        let reopen = cart::Entity::update_many()
            .set(cart::ActiveModel {
                status: Set(open),
                order_id: Set(None),
                expires_at: Set(expires_at),
                released: Set(Some(released)),
                version: Set(cart.version + 1),
                updated_at: Set(self.env.now()),
                ..Default::default()
            })
            .filter(Column::Id.eq(cart.id))
            .filter(Column::Version.eq(cart.version))
            .filter(Column::Status.eq(CartStatus::Held))
            .filter(Column::OrderId.eq(order))
            .filter(db::relaxed());
        let written = reopen.run(self.env.pool.write()).await;
        was_written(written.map(|rows| rows == 1))
    }

    pub(crate) async fn held(
        &self,
        actor: &Actor,
        page: PageRequest,
    ) -> Result<Page<HeldCart>, CartError> {
        access::order_only(actor)?;
        // What was held so far ahead was held by a clock that has gone back since.
        let now = self.env.now();
        let long = Condition::any()
            .add(Column::HeldAt.lte(now - HOLD_LEASE))
            .add(Column::HeldAt.gt(now + HOLD_LEASE));
        let found = cart::Entity::find()
            .filter(cart::is(CartStatus::Held))
            .filter(long);
        let db = self.env.pool.read();
        let by = (&[Column::Id][..], Direction::Ascending);
        let rows = db::page::<_, _, CartError>(db, found, by, &page, |row| row.id).await?;
        rows.try_map(held)
    }
}

fn held(row: cart::Model) -> Result<HeldCart, CartError> {
    let order = row.order_id;
    Ok(HeldCart {
        cart: row.id,
        order: order.ok_or_else(|| CartError::defect("a cart that is held for no order"))?,
    })
}
