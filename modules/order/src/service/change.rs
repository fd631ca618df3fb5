//! How an order changes: locked, moved by the machines, saved with its projection and history.

use feira_kernel::{
    Env, Money, StoreId, Time, UserId,
    db::{self, Find},
    idempotency::{self, Keyed},
    values,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;

use super::list::money;
use crate::{
    OrderError, OrderId, OrderStatus, PartRef, StoreOrderId,
    checkout::State,
    entities::{checkout, order, store_order},
    neighbours::ORDER,
    status::{self, Illegal, MoneyStep, Part, Step},
};

/// An order under the lock of its row.
pub(crate) struct Locked {
    pub(crate) id: OrderId,
    pub(crate) user: Option<UserId>,
    pub(crate) checkout: State,
    pub(crate) attempt: i32,
    pub(crate) total: Money,
    pub(crate) parts: Vec<PartState>,
    status: OrderStatus,
    version: i64,
}

/// A store order as it was, and as it shall be.
pub(crate) struct PartState {
    pub(crate) id: StoreOrderId,
    pub(crate) store: StoreId,
    pub(crate) state: Part,
    pub(crate) paid_at: Option<Time>,
    pub(crate) return_window_ends_at: Option<Time>,
    pub(crate) completed_at: Option<Time>,
    before: Part,
}

/// Who changed it, and why.
#[derive(Clone)]
pub(crate) struct Note {
    actor: String,
    reason: Option<String>,
}

impl Note {
    pub(crate) fn new(actor: String, reason: Option<String>) -> Self {
        Self { actor, reason }
    }

    /// This module itself.
    pub(crate) fn order(reason: Option<&str>) -> Self {
        Self::new(ORDER.label(), reason.map(str::to_owned))
    }
}

impl From<store_order::Model> for PartState {
    fn from(row: store_order::Model) -> Self {
        let state = Part {
            fulfilment: row.fulfilment,
            settlement: row.settlement,
            completed: row.completed_at.is_some(),
        };
        Self {
            id: row.id,
            store: row.store_id,
            state,
            before: state,
            paid_at: row.paid_at,
            return_window_ends_at: row.return_window_ends_at,
            completed_at: row.completed_at,
        }
    }
}

impl PartState {
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

    pub(crate) fn as_ref(&self) -> PartRef {
        PartRef {
            store_order: self.id,
            store: self.store,
        }
    }
}

impl Locked {
    pub(crate) fn part_refs(&self) -> Vec<PartRef> {
        self.parts.iter().map(PartState::as_ref).collect()
    }

    fn states(&self) -> Vec<Part> {
        self.parts.iter().map(|part| part.state).collect()
    }
}

/// Locks an order until the end of the transaction, and reads what hangs on it after that: a
/// single statement would read the rest as it was before the lock was waited for.
pub(crate) async fn lock(tx: &db::Tx, id: OrderId) -> Result<Option<Locked>, OrderError> {
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
    Ok(Some(Locked {
        id,
        user: order.user_id,
        checkout: checkout.state,
        attempt: checkout.attempt,
        total: money(order.total, &order.currency)?,
        parts: parts.into_iter().map(PartState::from).collect(),
        status: order.status,
        version: order.version,
    }))
}

/// Locks the order for a command that may be repeated; `None` if its key has done its work.
pub(crate) async fn lock_once(
    tx: &db::Tx,
    env: &Env,
    id: OrderId,
    keyed: Option<&Keyed>,
) -> Result<Option<Locked>, OrderError> {
    let order = lock(tx, id).await?.ok_or(OrderError::NotFound)?;
    let done = idempotency::first(tx, env, keyed, &id).await?;
    Ok(done.is_none().then_some(order))
}

/// Writes what was moved, the projection of it, and the history of both. Takes one version per
/// event that will tell of it (at least one) and answers the first of them.
pub(crate) async fn save(
    tx: &db::Tx,
    env: &Env,
    order: &Locked,
    events: i64,
    note: &Note,
) -> Result<i64, OrderError> {
    let status = status::project(&order.states());
    let changed = order.parts.iter().filter(|part| part.state != part.before);
    let parts = changed.clone().map(row).collect::<Result<Vec<_>, _>>()?;
    let mut history: Vec<Value> = changed.flat_map(entries).collect();
    if status != order.status {
        history.push(entry(None, "status", &order.status, &status));
    }
    let values = values![
        order.id,
        Value::Array(parts),
        Value::Array(history),
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

fn row(part: &PartState) -> Result<Value, OrderError> {
    Ok(json!({
        "id": part.id,
        "from_fulfilment": part.before.fulfilment, "fulfilment": part.state.fulfilment,
        "from_settlement": part.before.settlement, "settlement": part.state.settlement,
        "paid_at": moment(part.paid_at)?,
        "return_window_ends_at": moment(part.return_window_ends_at)?,
        "completed_at": moment(part.completed_at)?,
    }))
}

fn moment(time: Option<Time>) -> Result<Option<String>, OrderError> {
    time.map(|time| time.format(&Rfc3339))
        .transpose()
        .map_err(|e| OrderError::Internal(e.to_string()))
}

fn entries(part: &PartState) -> Vec<Value> {
    let (before, now) = (part.before, part.state);
    let mut entries = Vec::new();
    if before.settlement != now.settlement {
        let (from, to) = (before.settlement, now.settlement);
        entries.push(entry(Some(part.id), "settlement", &from, &to));
    }
    if before.fulfilment != now.fulfilment {
        let (from, to) = (before.fulfilment, now.fulfilment);
        entries.push(entry(Some(part.id), "fulfilment", &from, &to));
    }
    if now.completed && !before.completed {
        entries.push(entry(Some(part.id), "completion", &(), &"completed"));
    }
    entries
}

fn entry(
    part: Option<StoreOrderId>,
    axis: &str,
    from: &impl serde::Serialize,
    to: &impl serde::Serialize,
) -> Value {
    json!({ "part": part, "axis": axis, "from_state": from, "to_state": to })
}
