//! The end of a cart whose order is paid.

use std::collections::BTreeSet;

use async_trait::async_trait;
use feira_catalog::StockLine;
use feira_kernel::{
    Actor, Env,
    batch::{Results, Work},
    db::{self, Find},
    outbox::Event,
    values,
};
use sea_orm::{EntityTrait, FromQueryResult};
use serde::Serialize;
use uuid::Uuid;

use super::Service;
use crate::{
    access,
    api::{CartCompleted, CartError, CartId, CartStatus},
    entities::cart,
    status::Action,
};

feira_kernel::recordset! {
    #[derive(Serialize)]
    struct Row {
        cart: CartId,
        order: Uuid,
        event: Uuid,
        payload: CartCompleted,
    }
}

#[derive(FromQueryResult)]
struct Closed {
    id: CartId,
}

impl Service {
    pub(crate) async fn close(
        &self,
        actor: &Actor,
        id: CartId,
        order: Uuid,
        bought: Option<Vec<StockLine>>,
    ) -> Result<(), CartError> {
        access::order_only(actor)?;
        let legacy = bought.is_some();
        let closed = match bought {
            None => self.complete_held(id, order).await?,
            Some(bought) => self.complete_legacy(id, order, &bought).await?,
        };
        if closed {
            return Ok(());
        }
        let current = cart::Entity::find_by_id(id)
            .row(self.env.pool.read())
            .await?
            .ok_or(CartError::NotFound)?;
        match (current.status, current.order_id) {
            (CartStatus::Completed, Some(by)) if by == order => Ok(()),
            // Somebody tries to buy it a second time, and is about to be refused: to be asked again.
            (CartStatus::Held, Some(by)) if legacy => Err(CartError::Held { order: by }),
            _ => Err(CartError::Closed),
        }
    }

    /// `false` if it is not held for this order.
    async fn complete_held(&self, cart: CartId, order: Uuid) -> Result<bool, CartError> {
        self.closings.submit(Closing { cart, order }).await
    }
}

/// Carts to be completed together.
pub(crate) struct Completing {
    pub(crate) env: Env,
}

#[derive(Clone)]
pub(crate) struct Closing {
    cart: CartId,
    order: Uuid,
}

#[async_trait]
impl Work for Completing {
    const NAME: &'static str = "close_cart";
    type Item = Closing;
    type Key = CartId;
    /// Whether it was held for its order.
    type Done = bool;
    type Error = CartError;

    fn key(closing: &Closing) -> CartId {
        closing.cart
    }

    async fn run(&self, all: Vec<Closing>) -> Results<bool, CartError> {
        let completed = CartStatus::Held.after(Action::Complete);
        let carts = all.iter().map(|one| Row {
            cart: one.cart,
            order: one.order,
            event: self.env.uuid(),
            payload: CartCompleted {
                cart: one.cart,
                // The statement puts the true one in its place.
                version: 1,
                order: one.order,
            },
        });
        let closing = db::Single {
            sql: include_str!("../sql/close_held.sql"),
            values: values![
                db::recordset(&carts.collect::<Vec<_>>())?,
                completed.ok_or(CartError::Closed)?,
                self.env.now(),
                CartCompleted::NAME,
                CartStatus::Held,
            ],
            publishes: true,
        };
        let closed: Vec<Closed> = self.env.pool.single(closing).await?;
        let closed: BTreeSet<CartId> = closed.into_iter().map(|row| row.id).collect();
        Ok(all
            .iter()
            .map(|one| Ok(closed.contains(&one.cart)))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use feira_kernel::db::Recordset;

    use super::*;

    #[test]
    fn a_row_has_what_the_statement_reads() {
        feira_testkit::reads(include_str!("../sql/close_held.sql"), 1, Row::FIELDS);
    }
}
