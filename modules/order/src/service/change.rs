//! Changes of an order: lock it, apply transitions, save it with its status and history.

use feira_kernel::{
    Env, Money, StoreId, Time, UserId,
    db::{self, Find},
    idempotency::{self, Keyed},
    values,
};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;

use super::list::money;
use crate::{
    Fulfilment, OrderError, OrderId, OrderStatus, Settlement, StoreOrderId, StoreOrderRef,
    access::SELF,
    entities::{checkout, order, store_order},
    status::{self, CheckoutState, Illegal, MoneyStep, Step, StoreOrderState},
};

/// An order under the lock of its row.
pub(crate) struct LockedOrder {
    pub(crate) id: OrderId,
    pub(crate) user: Option<UserId>,
    pub(crate) checkout: CheckoutState,
    pub(crate) attempt: i32,
    pub(crate) total: Money,
    pub(crate) parts: Vec<LockedStoreOrder>,
    status: OrderStatus,
    version: i64,
}

/// A locked store order with its old and its new state.
pub(crate) struct LockedStoreOrder {
    pub(crate) id: StoreOrderId,
    pub(crate) store: StoreId,
    pub(crate) state: StoreOrderState,
    pub(crate) total: Decimal,
    pub(crate) paid_at: Option<Time>,
    pub(crate) return_window_ends_at: Option<Time>,
    pub(crate) completed_at: Option<Time>,
    before: StoreOrderState,
}

/// Who changed it, and why.
#[derive(Clone)]
pub(crate) struct HistoryNote {
    actor: String,
    reason: Option<String>,
}

impl HistoryNote {
    pub(crate) fn new(actor: String, reason: Option<String>) -> Self {
        Self { actor, reason }
    }

    /// This module itself.
    pub(crate) fn order(reason: Option<&str>) -> Self {
        Self::new(SELF.label(), reason.map(str::to_owned))
    }
}

impl From<store_order::Model> for LockedStoreOrder {
    fn from(row: store_order::Model) -> Self {
        let state = StoreOrderState {
            fulfilment: row.fulfilment,
            settlement: row.settlement,
            completed: row.completed_at.is_some(),
        };
        Self {
            id: row.id,
            store: row.store_id,
            state,
            before: state,
            total: row.total,
            paid_at: row.paid_at,
            return_window_ends_at: row.return_window_ends_at,
            completed_at: row.completed_at,
        }
    }
}

impl LockedStoreOrder {
    pub(crate) fn step(&mut self, step: Step) -> Result<(), Illegal> {
        self.state = self.state.step(step)?;
        Ok(())
    }

    pub(crate) fn settle(&mut self, money: MoneyStep) -> Result<(), Illegal> {
        self.state = self.state.settle(money)?;
        Ok(())
    }

    pub(crate) fn complete(&mut self, now: Time) -> Result<(), Illegal> {
        self.state = self.state.complete()?;
        self.completed_at = Some(now);
        Ok(())
    }

    pub(crate) fn as_ref(&self) -> StoreOrderRef {
        StoreOrderRef {
            store_order: self.id,
            store: self.store,
        }
    }
}

impl LockedOrder {
    pub(crate) fn store_order_refs(&self) -> Vec<StoreOrderRef> {
        self.parts.iter().map(LockedStoreOrder::as_ref).collect()
    }

    fn states(&self) -> Vec<StoreOrderState> {
        self.parts.iter().map(|part| part.state).collect()
    }
}

/// Locks an order until the end of the transaction, then reads its checkout and store orders: one
/// statement would read those as they were before it waited for the lock.
pub(crate) async fn lock(tx: &db::Tx, id: OrderId) -> Result<Option<LockedOrder>, OrderError> {
    let found = order::Entity::find_by_id(id).lock_exclusive();
    let Some(order) = found.row(&**tx).await? else {
        return Ok(None);
    };
    let found = checkout::Entity::find().filter(checkout::Column::OrderId.eq(id));
    let Some(checkout) = found.row(&**tx).await? else {
        return Ok(None);
    };
    let parts = store_order::Entity::find()
        .filter(store_order::Column::OrderId.eq(id))
        .order_by_asc(store_order::Column::Position)
        .rows(&**tx)
        .await?;
    Ok(Some(LockedOrder {
        id,
        user: order.user_id,
        checkout: checkout.state,
        attempt: checkout.attempt,
        total: money(order.total, &order.currency)?,
        parts: parts.into_iter().map(LockedStoreOrder::from).collect(),
        status: order.status,
        version: order.version,
    }))
}

/// Locks the order for a command with a key; `None` if the key was used before.
pub(crate) async fn lock_once(
    tx: &db::Tx,
    env: &Env,
    id: OrderId,
    keyed: Option<&Keyed>,
) -> Result<Option<LockedOrder>, OrderError> {
    let order = lock(tx, id).await?.ok_or(OrderError::NotFound)?;
    let done = idempotency::first(tx, env, keyed, &id).await?;
    Ok(done.is_none().then_some(order))
}

/// Writes changed store orders, the order's status and the history. Raises the version by the number of
/// events to be published (at least one) and returns the first of the new versions.
pub(crate) async fn save(
    tx: &db::Tx,
    env: &Env,
    order: &LockedOrder,
    events: i64,
    note: &HistoryNote,
) -> Result<i64, OrderError> {
    let status = status::project(&order.states());
    let changed = order.parts.iter().filter(|part| part.state != part.before);
    let parts: Vec<MovedPart> = changed.clone().map(MovedPart::from).collect();
    let mut history: Vec<Entry> = changed.flat_map(entries).collect();
    if status != order.status {
        history.push(Entry {
            part: None,
            axis: "status",
            from_state: Some(order.status.as_str()),
            to_state: status.as_str(),
        });
    }
    let values = values![
        order.id,
        db::recordset(&parts)?,
        db::recordset(&history)?,
        status,
        order.version + events.max(1),
        env.now(),
        note.actor.clone(),
        note.reason.clone(),
        order.version,
    ];
    let sql = include_str!("../sql/save_order.sql");
    if db::exec(&**tx, sql, values).await? == 1 {
        Ok(order.version + 1)
    } else {
        Err(OrderError::Conflict)
    }
}

feira_kernel::recordset! {
    /// A store order that moved, as it was and as it shall be.
    #[derive(Serialize)]
    struct MovedPart {
        id: StoreOrderId,
        from_fulfilment: Fulfilment,
        fulfilment: Fulfilment,
        from_settlement: Settlement,
        settlement: Settlement,
        #[serde(with = "time::serde::rfc3339::option")]
        paid_at: Option<Time>,
        #[serde(with = "time::serde::rfc3339::option")]
        return_window_ends_at: Option<Time>,
        #[serde(with = "time::serde::rfc3339::option")]
        completed_at: Option<Time>,
    }
}

feira_kernel::recordset! {
    #[derive(Serialize)]
    struct Entry {
        part: Option<StoreOrderId>,
        axis: &'static str,
        from_state: Option<&'static str>,
        to_state: &'static str,
    }
}

impl From<&LockedStoreOrder> for MovedPart {
    fn from(part: &LockedStoreOrder) -> Self {
        Self {
            id: part.id,
            from_fulfilment: part.before.fulfilment,
            fulfilment: part.state.fulfilment,
            from_settlement: part.before.settlement,
            settlement: part.state.settlement,
            paid_at: part.paid_at,
            return_window_ends_at: part.return_window_ends_at,
            completed_at: part.completed_at,
        }
    }
}

fn entries(part: &LockedStoreOrder) -> Vec<Entry> {
    let (before, now) = (part.before, part.state);
    let entry = |axis, from_state, to_state| Entry {
        part: Some(part.id),
        axis,
        from_state,
        to_state,
    };
    let mut entries = Vec::new();
    if before.settlement != now.settlement {
        let from = Some(before.settlement.as_str());
        entries.push(entry("settlement", from, now.settlement.as_str()));
    }
    if before.fulfilment != now.fulfilment {
        let from = Some(before.fulfilment.as_str());
        entries.push(entry("fulfilment", from, now.fulfilment.as_str()));
    }
    if now.completed && !before.completed {
        entries.push(entry("completion", None, "completed"));
    }
    entries
}

#[cfg(test)]
mod tests {
    use feira_kernel::db::Recordset;

    use super::*;

    #[test]
    fn rows_have_what_the_statement_reads() {
        let sql = include_str!("../sql/save_order.sql");
        feira_testkit::reads(sql, 2, MovedPart::FIELDS);
        feira_testkit::reads(sql, 3, Entry::FIELDS);
    }
}
