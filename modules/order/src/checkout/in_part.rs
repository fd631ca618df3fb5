//! The end of a checkout of which some stores have their money, and others were not paid in time, or said that they
//! will not be: what is paid is sold, and the rest is cancelled. Who paid a store is not made to wait for, or to lose,
//! what another one did not get.
//!
//! | step | whose commit | what a crash right after it costs | who goes on |
//! |---|---|---|---|
//! | the last leg ends | payment: `payment.captured`, with what nobody paid as `uncollected` | nothing | the event, or the sweeper at `expires_at` |
//! | commit_stock, close_cart | catalog, cart: the whole of it, as ever | nothing | sweeper, or the event's redelivery |
//! | decide | order: that the units of what is not paid go back, while it neither was confirmed nor is cancelled; not where a hold that was made anew has none of them | nothing | the same |
//! | put back | catalog, the units of each part that is cancelled, under a key of the part | nothing | the same, or the compensation of a cancel, under the same key |
//! | confirm | order: parts `paid`, or `cancelled` and `unpaid`; `confirmed`; [`OrderConfirmed`] of those that are paid | nothing is left to do | |

use feira_catalog::StockLine;
use feira_kernel::{
    Time,
    db::{self, Change},
    outbox,
};
use feira_payment::{Payment, PaymentId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use super::{Next, Progress, progress, step};
use crate::{
    OrderConfirmed, OrderError, StoreOrderId,
    entities::{checkout, store_order},
    service::{
        Service,
        change::{self, HistoryNote},
    },
    status::{CheckoutState, MoneyStep, Step},
};

/// Why its parts that were not paid are cancelled, for the history.
const REASON: &str = "paid_in_part";

/// What is confirmed, and what of it was not paid.
#[derive(Clone)]
struct InPart {
    at: Progress,
    payment: PaymentId,
    unpaid: Vec<StoreOrderId>,
}

impl Service {
    /// The stock of all of it is sold, and its cart closed.
    pub(super) async fn confirm_in_part(
        &self,
        at: &Progress,
        payment: Payment,
        unpaid: Vec<StoreOrderId>,
    ) -> Result<Next, OrderError> {
        let input = InPart {
            at: at.clone(),
            payment: payment.id,
            unpaid,
        };
        let deciding =
            self.env
                .pool
                .transaction((self.clone(), input.clone()), |tx, (service, input)| {
                    Box::pin(async move { service.decide_in_part(tx, &input).await })
                });
        if !deciding.await? {
            return Ok(Next::Repeat(Some(payment.id)));
        }
        for part in &input.unpaid {
            let row = self.part_of(*part).await?;
            let row = row.ok_or(OrderError::NotFound)?;
            if row.restocks == Some(true) {
                self.put_back(&row).await?;
            }
        }
        let points = ["checkout.confirm.before", "checkout.confirm.after"];
        let confirming = self
            .env
            .pool
            .transaction((self.clone(), input), |tx, (service, input)| {
                Box::pin(async move { service.write_in_part(tx, &input).await })
            });
        match step(points, confirming).await? {
            // Another attempt may be open, or another worker confirmed it.
            false => Ok(Next::Repeat(Some(payment.id))),
            true if at.attempt > 1 => Ok(Next::Repeat(Some(payment.id))),
            true => Ok(Next::Done(Some(Box::new(payment)))),
        }
    }

    /// That the units of what is not paid go back: before any does, so that a cancel that comes between knows of it.
    /// `false` if it is neither paying nor awaiting.
    async fn decide_in_part(&self, tx: &db::Tx, of: &InPart) -> Result<bool, OrderError> {
        let order = change::lock(tx, of.at.order).await?;
        if !is_open(order.ok_or(OrderError::NotFound)?.checkout) {
            return Ok(false);
        }
        decide(tx, self.env.now(), (of.unpaid.clone(), true)).await?;
        Ok(true)
    }

    /// The lines of all parts but these.
    pub(super) async fn lines_beside(
        &self,
        at: &Progress,
        parts: &[StoreOrderId],
    ) -> Result<Vec<StockLine>, OrderError> {
        if parts.is_empty() {
            return Ok(at.lines.clone());
        }
        let mut lines = Vec::new();
        for part in &at.parts {
            let id = StoreOrderId(part.part.0);
            if !parts.contains(&id) {
                lines.extend(self.lines_of(id).await?);
            }
        }
        Ok(lines)
    }

    /// `false` if it was neither paying nor awaiting.
    async fn write_in_part(&self, tx: &db::Tx, of: &InPart) -> Result<bool, OrderError> {
        let (env, id) = (&self.env, of.at.order);
        let locked = change::lock(tx, id).await?;
        let mut order = locked.ok_or(OrderError::NotFound)?;
        if !is_open(order.checkout) {
            return Ok(false);
        }
        let now = env.now();
        let mut paid = Vec::new();
        for part in &mut order.parts {
            if of.unpaid.contains(&part.id) {
                part.step(Step::Cancel)?;
            } else {
                part.settle(MoneyStep::Pay)?;
                part.paid_at = Some(now);
                paid.push(part.as_ref());
            }
        }
        let note = HistoryNote::order(Some(REASON));
        let version = change::save(tx, env, &order, 1, &note).await?;
        let confirmed = checkout::ActiveModel {
            state: Set(CheckoutState::Confirmed),
            payment_id: Set(Some(of.payment)),
            method: Set(None),
            due_at: Set(None),
            ..Default::default()
        };
        progress::update(confirmed, now)
            .filter(checkout::Column::OrderId.eq(id))
            .run(&**tx)
            .await?;
        let told = OrderConfirmed {
            order: id,
            version,
            user: order.user,
            parts: paid,
        };
        outbox::publish(tx, env, &told).await?;
        Ok(true)
    }
}

/// Whether the units of these parts go back into the stock, where that is not decided yet.
pub(super) async fn decide(
    tx: &db::Tx,
    now: Time,
    (parts, restocks): (Vec<StoreOrderId>, bool),
) -> Result<(), OrderError> {
    if parts.is_empty() {
        return Ok(());
    }
    let decided = store_order::ActiveModel {
        restocks: Set(Some(restocks)),
        updated_at: Set(now),
        ..Default::default()
    };
    store_order::Entity::update_many()
        .set(decided)
        .filter(store_order::Column::Id.is_in(parts))
        .filter(store_order::Column::Restocks.is_null())
        .run(&**tx)
        .await?;
    Ok(())
}

fn is_open(state: CheckoutState) -> bool {
    matches!(state, CheckoutState::Paying | CheckoutState::Awaiting)
}
