//! The implementation of [`Orders`](crate::Orders): each method is one transaction, or runs steps of
//! the checkout.

mod buyer;
pub(crate) mod change;
mod figures;
mod fiscal;
mod held;
mod list;
mod on_delivery;
mod read;
mod receiving;
mod seller;
mod seller_list;

use feira_kernel::{Actor, Env, batch::Batch, db, first_uuid, token::TokenHash};
use sea_orm::Value;
use serde::de::DeserializeOwned;
use time::Duration;

use crate::{
    Deps, OrderError, OrderId, Settings, access::Owner, confirmation::Confirming,
    order_locks::OrderLocks, placement::Placing,
};

pub(crate) use list::money;
pub(crate) use read::{Document, at_page};

/// What the token of an order is derived for.
const ORDER_TOKEN: &str = "order";
/// How long after its beginning a person's order is opened by what was mailed of it: mails are passed on
/// and lie about, and her account shows it anyway. Long enough to be sent and to come back.
const MAILED_LINK: Duration = Duration::days(90);

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

    /// The token that will open a new order.
    pub(crate) fn new_order_token(&self, order: OrderId) -> String {
        self.settings.token_key.derive(ORDER_TOKEN, order.0, "")
    }

    /// The token that opens a guest's order, derived anew and compared with its stored hash; `None` for a
    /// person's order, or if it was derived with an unknown key.
    pub(crate) fn order_token(&self, owner: &Owner) -> Option<String> {
        self.derived_order_token(owner, owner.guest.as_ref()?)
    }

    /// The token in the link of the buyer's mails. Of a person's order no hash is stored.
    pub(crate) fn mailed_token(&self, owner: &Owner) -> Option<String> {
        match owner.user {
            Some(_) => Some(self.new_order_token(owner.order)),
            None => self.order_token(owner),
        }
    }

    /// Whether she holds the link of a person's mails, about an order of these days.
    pub(crate) fn was_mailed(&self, actor: &Actor, owner: &Owner) -> bool {
        let recent = owner.order.0 >= first_uuid(self.env.now() - MAILED_LINK);
        let token = actor.guest_token();
        let token = token.filter(|_| owner.user.is_some() && recent);
        token.is_some_and(|token| self.derived_order_token(owner, token).is_some())
    }

    /// The order's token, if it has this hash.
    fn derived_order_token(&self, owner: &Owner, hash: &TokenHash) -> Option<String> {
        let key = &self.settings.token_key;
        key.derive_kept(ORDER_TOKEN, owner.order.0, "", hash)
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
