//! What is given back of an order beside its cancel: by a seller or an operator, of the whole order, of a
//! store order, or a part of it.
//!
//! # States of a refund
//!
//! ```text
//! requested -> asked -> completed -> failed (came back)
//!      |         |          ^
//!      |         +----------+-------> failed (refused)
//!      +--------------------+
//! ```
//!
//! | step | whose commit | what a crash right after it costs | who goes on |
//! |---|---|---|---|
//! | request | order: the row, its audit, its key | nothing: it is due | the job `order.refunds`, or the same request again |
//! | ask | payment, by the row's id as the key | nothing: the same key answers the same refund | the job, or payment's event |
//! | settle | order: the row, settlements, history, [`OrderRefunded`](crate::OrderRefunded) | nothing is left to do | |
//!
//! - `requested`: payment was not asked, or its answer is not known. What is requested or asked is set aside:
//!   under the lock of the order no more is requested than is left, so that of two at once one fits. Payment
//!   keeps the same limit by itself.
//! - `asked`: payment has it; its provider has not made it, or nobody has sent it by hand. Payment's event
//!   wakes it, and the job looks again, after longer and longer pauses.
//! - `completed`: it went back. The settlement of each store order follows from what was completed, and lost.
//! - `failed`: payment refused it, or nobody will send it by hand, or its money came back after it was completed; then
//!   the settlements are again what they were.
//!
//! Of a payment that came beside the one that confirmed the order all goes back by itself (`checkout`); if that comes
//! back, somebody gives it back again, which settles nothing of the order.
//!
//! What a payer's bank took by a dispute that was lost counts as given back, too, once payment tells of it.
//!
//! Events are only a reason to look: what is done is decided by what payment answers, so that they may come
//! twice, late, or before our own commit.

mod asking;
mod draft;
mod late;
mod lost;
mod request;
mod returned;
mod settling;
mod told;

use std::collections::BTreeMap;

use feira_kernel::{
    Money, Time,
    db::{self, Find},
    values,
};
use feira_payment::PaymentId;
use rust_decimal::Decimal;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};
use time::Duration;

use crate::{
    OrderError, OrderId, OrderRefund, OrderRefundId, OrderRefundPart, OrderRefundState,
    StoreOrderId,
    entities::{refund, refund_part},
    service::money,
};
pub(crate) use returned::RefundTold;

/// The most refunds of one order, and the most store orders of one refund.
const MOST: u64 = 100;
/// Of which something is still to come.
const OPEN: [OrderRefundState; 2] = [OrderRefundState::Requested, OrderRefundState::Asked];

/// A refund, and how much it takes of each store order.
#[derive(Clone)]
struct Loaded {
    row: refund::Model,
    amount: Money,
    parts: Vec<(StoreOrderId, Money)>,
}

#[derive(FromQueryResult)]
struct GivenRow {
    store_order_id: StoreOrderId,
    completed: Decimal,
    open: Decimal,
}

/// What refunds and lost disputes have taken of each store order, and what is set aside for those that run.
struct Given(BTreeMap<StoreOrderId, GivenRow>);

impl Given {
    fn completed(&self, id: StoreOrderId) -> Decimal {
        self.0.get(&id).map_or(Decimal::ZERO, |row| row.completed)
    }

    /// Of a total, what is neither given back nor set aside.
    fn left(&self, id: StoreOrderId, total: Money) -> Result<Money, OrderError> {
        let taken = self.0.get(&id).map(|row| row.completed + row.open);
        let taken = Money::new(taken.unwrap_or_default(), total.currency())?;
        Ok(total.checked_sub(taken)?)
    }
}

impl Loaded {
    fn is_open(&self) -> bool {
        OPEN.contains(&self.row.state)
    }

    fn of(&self, store_order: StoreOrderId) -> Option<Money> {
        let mut parts = self.parts.iter();
        let found = parts.find(|(id, _)| *id == store_order);
        found.map(|(_, amount)| *amount)
    }

    fn view(self) -> OrderRefund {
        let part = |(store_order, amount)| OrderRefundPart {
            store_order,
            amount,
        };
        OrderRefund {
            id: self.row.id,
            order: self.row.order_id,
            amount: self.amount,
            borne_by: self.row.borne_by,
            reason: self.row.reason,
            note: self.row.note,
            state: self.row.state,
            failure: self.row.failure,
            reference: self.row.reference,
            parts: self.parts.into_iter().map(part).collect(),
            made: self.row.refund_id,
            actor: self.row.actor,
            created_at: self.row.created_at,
        }
    }
}

async fn load(db: &impl ConnectionTrait, id: OrderRefundId) -> Result<Loaded, OrderError> {
    let row = refund::Entity::find_by_id(id).row(db).await?;
    let row = row.ok_or(OrderError::NotFound)?;
    let parts = refund_part::Entity::find()
        .filter(refund_part::Column::RefundId.eq(id))
        .order_by_asc(refund_part::Column::StoreOrderId)
        .limit(MOST)
        .rows(db)
        .await?;
    let parts = parts.into_iter();
    let parts = parts.map(|part| Ok((part.store_order_id, money(part.amount, &row.currency)?)));
    Ok(Loaded {
        amount: money(row.amount, &row.currency)?,
        parts: parts.collect::<Result<_, OrderError>>()?,
        row,
    })
}

async fn given(
    db: &impl ConnectionTrait,
    order: OrderId,
    payment: PaymentId,
) -> Result<Given, OrderError> {
    let sql = include_str!("../sql/given_back.sql");
    let rows: Vec<GivenRow> = db::rows(db, sql, values![order, payment]).await?;
    let keyed = rows.into_iter().map(|row| (row.store_order_id, row));
    Ok(Given(keyed.collect()))
}

/// When to look again at one that was looked at so often.
fn later(now: Time, tries: i32) -> Time {
    now + Duration::seconds(15_i64 << tries.clamp(0, 8))
}
