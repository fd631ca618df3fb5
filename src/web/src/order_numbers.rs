//! What orders that something tells of by their ids are called by people.

use std::collections::{BTreeMap, BTreeSet};

use feira_kernel::{Actor, ErrorKind, ModuleError};
use feira_order::{OrderError, OrderId};
use uuid::Uuid;

use crate::state::AppState;

/// The numbers of these orders, for who may see orders; else none.
pub async fn order_numbers(
    state: &AppState,
    actor: &Actor,
    orders: impl IntoIterator<Item = Uuid>,
) -> Result<BTreeMap<Uuid, String>, OrderError> {
    let orders: BTreeSet<Uuid> = orders.into_iter().collect();
    if orders.is_empty() {
        return Ok(BTreeMap::new());
    }
    let orders = orders.into_iter().map(OrderId).collect();
    match state.orders.numbers(actor, orders).await {
        Ok(numbers) => Ok(numbers.into_iter().map(|n| (n.id.0, n.number)).collect()),
        Err(error) if error.kind() == ErrorKind::Forbidden => Ok(BTreeMap::new()),
        Err(error) => Err(error),
    }
}
