//! Writes the rows of several new orders in one statement; of each order all rows or none.

use std::collections::{BTreeMap, HashSet};

use async_trait::async_trait;
use feira_cart::CartId;
use feira_kernel::{
    Env,
    batch::{Failure, Results, Work},
    db, idempotency, values,
};
use sea_orm::FromQueryResult;
use serde_json::Value;

use crate::{CheckoutId, OrderError, OrderId};

/// Constraints that a concurrent insert of another process violates. They fail the whole batch, which is
/// then halved until only the duplicate is refused.
const TAKEN: [&str; 2] = ["decided_ids_pkey", "checkouts_pkey"];

pub(crate) enum PlaceError {
    /// There is an order of this id or key, or a live one of this cart; or the id was given up.
    Taken,
    /// Another order has the number.
    NumberTaken,
    Failed(OrderError),
}

impl From<db::Error> for PlaceError {
    fn from(error: db::Error) -> Self {
        if TAKEN.iter().any(|constraint| error.violates(constraint)) {
            Self::Taken
        } else {
            Self::Failed(error.into())
        }
    }
}

impl Failure for PlaceError {
    fn is_unavailable(&self) -> bool {
        matches!(self, Self::Failed(error) if error.is_unavailable())
    }
}

impl From<OrderError> for PlaceError {
    fn from(error: OrderError) -> Self {
        Self::Failed(error)
    }
}

/// Orders to be placed together.
pub(crate) struct Placing {
    pub(crate) env: Env,
}

/// The rows of one order.
#[derive(Clone)]
pub(crate) struct OrderRows {
    pub(crate) id: OrderId,
    pub(crate) checkout_id: CheckoutId,
    pub(crate) cart: CartId,
    pub(crate) order: Value,
    pub(crate) parts: Vec<Value>,
    pub(crate) lines: Vec<Value>,
    pub(crate) checkout: Value,
    pub(crate) event: Value,
    pub(crate) key: Value,
}

/// What became of one.
#[derive(FromQueryResult)]
struct Answer {
    id: OrderId,
    written: bool,
    number_taken: bool,
}

#[async_trait]
impl Work for Placing {
    const NAME: &'static str = "place";
    type Item = OrderRows;
    type Key = CartId;
    type Done = ();
    type Error = PlaceError;

    /// Two orders of one cart would refuse each other.
    fn key(rows: &OrderRows) -> CartId {
        rows.cart
    }

    async fn run(&self, all: Vec<OrderRows>) -> Results<(), PlaceError> {
        let sent = first_of_each(&all);
        let list = |of: fn(&OrderRows) -> &Value| {
            Value::Array(sent.iter().copied().map(of).cloned().collect())
        };
        let many = |of: fn(&OrderRows) -> &Vec<Value>| {
            Value::Array(sent.iter().copied().flat_map(of).cloned().collect())
        };
        let placing = db::Single {
            sql: include_str!("sql/place.sql"),
            values: values![
                list(|rows| &rows.order),
                many(|rows| &rows.parts),
                many(|rows| &rows.lines),
                list(|rows| &rows.checkout),
                list(|rows| &rows.event),
                list(|rows| &rows.key),
                self.env.now() - idempotency::KEEP,
            ],
            publishes: true,
        };
        let answers: Vec<Answer> = self.env.pool.single(placing).await?;
        let mut answers: BTreeMap<OrderId, Answer> =
            answers.into_iter().map(|one| (one.id, one)).collect();
        let results = all.iter().map(|rows| match answers.remove(&rows.id) {
            Some(answer) if answer.written => Ok(()),
            Some(answer) if answer.number_taken => Err(PlaceError::NumberTaken),
            Some(_) | None => Err(PlaceError::Taken),
        });
        Ok(results.collect())
    }
}

/// Without duplicates of an id or a checkout: the statement could not tell their rows apart.
fn first_of_each(all: &[OrderRows]) -> Vec<&OrderRows> {
    let mut ids = HashSet::new();
    all.iter()
        .filter(|rows| ids.insert(rows.id.0) && ids.insert(rows.checkout_id.0))
        .collect()
}
