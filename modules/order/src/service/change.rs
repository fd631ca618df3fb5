//! How an order changes: locked, moved by the machines, saved with its projection and history.

use feira_kernel::{
    Env, StoreId, Time, UserId, db,
    idempotency::{self, Keyed},
    values,
};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;

use super::decode;
use crate::{
    Fulfilment, OrderError, OrderId, OrderStatus, PartRef, Settlement, StoreOrderId,
    checkout::State,
    neighbours::ORDER,
    status::{self, Illegal, MoneyStep, Part, Step},
};

/// An order under the lock of its row.
pub(crate) struct Locked {
    pub(crate) id: OrderId,
    pub(crate) user: Option<UserId>,
    pub(crate) checkout: State,
    pub(crate) attempt: i32,
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

#[derive(FromQueryResult)]
struct Head {
    status: String,
    version: i64,
    user_id: Option<uuid::Uuid>,
}

#[derive(Deserialize)]
struct Rest {
    checkout: State,
    attempt: i32,
    parts: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    id: StoreOrderId,
    store: StoreId,
    fulfilment: Fulfilment,
    settlement: Settlement,
    #[serde(with = "time::serde::rfc3339::option")]
    paid_at: Option<Time>,
    #[serde(with = "time::serde::rfc3339::option")]
    return_window_ends_at: Option<Time>,
    #[serde(with = "time::serde::rfc3339::option")]
    completed_at: Option<Time>,
}

const REST: &str = "\
SELECT json_build_object('checkout', c.state, 'attempt', c.attempt, 'parts', ( \
    SELECT json_agg(json_build_object( \
        'id', s.id, 'store', s.store_id, 'fulfilment', s.fulfilment, 'settlement', s.settlement, \
        'paid_at', s.paid_at, 'return_window_ends_at', s.return_window_ends_at, \
        'completed_at', s.completed_at) ORDER BY s.position) \
    FROM store_orders s WHERE s.order_id = c.order_id)) \
FROM checkouts c WHERE c.order_id = $1";

/// Locks an order until the end of the transaction, and reads what hangs on it after that: a
/// single statement would read the rest as it was before the lock was waited for.
pub(crate) async fn lock(tx: &db::Tx, id: OrderId) -> Result<Option<Locked>, OrderError> {
    let head: Option<Head> = db::optional(
        &**tx,
        "SELECT status, version, user_id FROM orders WHERE id = $1 FOR UPDATE",
        values![id],
    )
    .await?;
    let Some(head) = head else { return Ok(None) };
    let rest: Option<Value> = db::scalar(&**tx, REST, values![id]).await?;
    let Some(rest) = rest else { return Ok(None) };
    let rest: Rest = decode(rest)?;
    let parts = rest.parts.into_iter().map(|row| {
        let state = Part {
            fulfilment: row.fulfilment,
            settlement: row.settlement,
            completed: row.completed_at.is_some(),
        };
        PartState {
            id: row.id,
            store: row.store,
            state,
            before: state,
            paid_at: row.paid_at,
            return_window_ends_at: row.return_window_ends_at,
            completed_at: row.completed_at,
        }
    });
    Ok(Some(Locked {
        id,
        user: head.user_id.map(UserId),
        checkout: rest.checkout,
        attempt: rest.attempt,
        parts: parts.collect(),
        status: status::parse(&head.status)?,
        version: head.version,
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

const SAVE: &str = "\
WITH parts AS ( \
    UPDATE store_orders s SET fulfilment = r.fulfilment, settlement = r.settlement, \
           paid_at = r.paid_at, return_window_ends_at = r.return_window_ends_at, \
           completed_at = r.completed_at, version = s.version + 1, updated_at = $6 \
    FROM jsonb_to_recordset($2) AS r (id uuid, from_fulfilment text, fulfilment text, \
         from_settlement text, settlement text, paid_at timestamptz, \
         return_window_ends_at timestamptz, completed_at timestamptz) \
    WHERE s.id = r.id AND s.order_id = $1 \
      AND s.fulfilment = r.from_fulfilment AND s.settlement = r.from_settlement \
    RETURNING s.id \
), history AS ( \
    INSERT INTO order_status_history (order_id, store_order_id, axis, from_state, to_state, actor, reason, at) \
    SELECT $1, r.part, r.axis, r.from_state, r.to_state, $7, $8, $6 \
    FROM jsonb_to_recordset($3) AS r (part uuid, axis text, from_state text, to_state text) \
) UPDATE orders SET status = $4, version = $5, updated_at = $6 \
WHERE id = $1 AND version = $9 AND (SELECT count(*) FROM parts) = jsonb_array_length($2)";

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
        status::name(&status),
        order.version + events.max(1),
        env.now(),
        note.actor.clone(),
        note.reason.clone(),
        order.version,
    ];
    if db::exec(&**tx, SAVE, values).await? == 1 {
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
