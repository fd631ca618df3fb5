//! The implementation of [`Orders`](crate::Orders): each method is one transaction, or runs steps of
//! the checkout.

mod buyer;
pub(crate) mod change;
mod figures;
mod list;
mod read;
mod seller;

use feira_kernel::{Env, batch::Batch, db};
use sea_orm::Value;
use serde::de::DeserializeOwned;

use crate::{
    Deps, OrderError, OrderId, Settings, access::Owner, confirmation::Confirming,
    order_locks::OrderLocks, placement::Placing,
};

pub(crate) use read::Document;

/// What a guest's token is derived for.
const ORDER_TOKEN: &str = "order";

/// Everything that a method needs. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Service {
    pub(crate) env: Env,
    pub(crate) deps: Deps,
    pub(crate) settings: Settings,
    pub(crate) order_locks: OrderLocks,
    pub(crate) placements: Batch<Placing>,
    pub(crate) confirmations: Batch<Confirming>,
}

impl Service {
    pub(crate) fn new(env: Env, deps: Deps, settings: Settings) -> Self {
        let pool = &env.pool;
        Self {
            placements: Batch::new(pool.clone(), Placing { env: env.clone() }),
            confirmations: Batch::new(pool.clone(), Confirming { env: env.clone() }),
            env,
            deps,
            settings,
            order_locks: OrderLocks::default(),
        }
    }

    /// The token that will open a guest's new order.
    pub(crate) fn new_order_token(&self, order: OrderId) -> String {
        self.settings.token_key.derive(ORDER_TOKEN, order.0, "")
    }

    /// The token that opens a guest's order, derived anew and compared with its stored hash; `None` for a
    /// person's order, or if it was derived with an unknown key.
    pub(crate) fn order_token(&self, order: OrderId, owner: &Owner) -> Option<String> {
        let (key, kept) = (&self.settings.token_key, owner.guest.as_ref()?);
        key.derive_kept(ORDER_TOKEN, order.0, "", kept)
    }

    /// Reads one JSON column of at most one row, in one statement outside any transaction.
    pub(crate) async fn document<T: DeserializeOwned>(
        &self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Option<T>, OrderError> {
        let found: Option<serde_json::Value> =
            db::scalar(self.env.pool.read(), sql, values).await?;
        found
            .map(|document| serde_json::from_value(document).map_err(unreadable))
            .transpose()
    }
}

fn unreadable(why: impl std::fmt::Display) -> OrderError {
    OrderError::Internal(format!("a row cannot be read: {why}"))
}
