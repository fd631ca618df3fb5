//! Writes the rows of several new orders in one statement; of each order all rows or none.

use std::{
    collections::{BTreeMap, HashSet},
    slice,
};

use async_trait::async_trait;
use feira_cart::CartId;
use feira_kernel::{
    Env,
    batch::{Failure, Results, Work},
    db::{self, Recordset},
    idempotency,
    outbox::Envelope,
    values,
};
use sea_orm::FromQueryResult;

use crate::{
    CheckoutId, OrderError, OrderId,
    order_rows::{CheckoutRow, LineRow, OrderRow, PartRow},
};

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
    pub(crate) order: OrderRow,
    pub(crate) parts: Vec<PartRow>,
    pub(crate) lines: Vec<LineRow>,
    pub(crate) checkout: CheckoutRow,
    pub(crate) event: Envelope,
    pub(crate) key: idempotency::Record,
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
        let placing = db::Single {
            sql: include_str!("sql/place.sql"),
            values: values![
                list(&sent, |rows| slice::from_ref(&rows.order))?,
                list(&sent, |rows| &rows.parts[..])?,
                list(&sent, |rows| &rows.lines[..])?,
                list(&sent, |rows| slice::from_ref(&rows.checkout))?,
                list(&sent, |rows| slice::from_ref(&rows.event))?,
                list(&sent, |rows| slice::from_ref(&rows.key))?,
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

/// The rows of one table, of all orders.
fn list<R: Recordset + Clone>(
    all: &[&OrderRows],
    of: impl Fn(&OrderRows) -> &[R],
) -> Result<sea_orm::Value, db::Error> {
    let rows: Vec<R> = all.iter().copied().flat_map(of).cloned().collect();
    db::recordset(&rows)
}

/// Without duplicates of an id or a checkout: the statement could not tell their rows apart.
fn first_of_each(all: &[OrderRows]) -> Vec<&OrderRows> {
    let mut ids = HashSet::new();
    all.iter()
        .filter(|rows| ids.insert(rows.id.0) && ids.insert(rows.checkout_id.0))
        .collect()
}
