//! The held cart of an order that does not live: it was never placed, or it has ended.

use feira_cart::{CartError, CartId, Released};
use feira_kernel::{db, values};
use time::Duration;

use super::pass;
use crate::{
    OrderError, OrderId,
    neighbours::{self, ORDER},
    service::Service,
};

/// How long it is kept that an id is decided: longer than any try to place an order takes.
const DECIDED: Duration = Duration::DAY;
/// Rows that are forgotten at once.
const STEP: i64 = 5_000;

impl Service {
    /// Gives the cart back unless the order for which it is held lives. If that fails, the job does it.
    pub(crate) async fn give_up(&self, cart: CartId, order: OrderId) {
        let given_up = async {
            if self.rule_out(order).await? {
                self.release_cart(cart, order).await?;
            }
            Ok::<_, OrderError>(())
        };
        if let Err(error) = given_up.await {
            tracing::warn!(%cart, %order, %error, "a cart is left to be released by the job");
        }
    }

    /// Whether no order of this id lives, or ever will. The row is written by whoever comes first:
    /// by this, or by `place`. Each waits for the other one that is under way.
    async fn rule_out(&self, order: OrderId) -> Result<bool, OrderError> {
        db::exec(
            self.env.pool.relaxed(),
            "INSERT INTO decided_ids (order_id, decided_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            values![order, self.env.now()],
        )
        .await?;
        let lives: Option<bool> = db::scalar(
            self.env.pool.by_key(),
            "SELECT EXISTS (SELECT 1 FROM checkouts WHERE order_id = $1 AND state <> 'cancelled')",
            values![order],
        )
        .await?;
        Ok(lives == Some(false))
    }

    /// What came of it is kept with the order, if there is one. A repeat of the release answers the
    /// same, so that a crash in between loses nothing.
    pub(super) async fn release_cart(
        &self,
        cart: CartId,
        order: OrderId,
    ) -> Result<(), OrderError> {
        pass("checkout.release_cart.before");
        let released = self.deps.carts.release(&ORDER, cart, order.0).await;
        pass("checkout.release_cart.after");
        match released {
            Ok(Some(released)) => self.keep_returned(order, &released).await,
            // It was bought, or it is a guest's that has expired since.
            Ok(None) | Err(CartError::NotFound) => Ok(()),
            Err(error) => Err(neighbours::cart(error)),
        }
    }

    async fn keep_returned(&self, order: OrderId, returned: &Released) -> Result<(), OrderError> {
        let json =
            serde_json::to_value(returned).map_err(|e| OrderError::Internal(e.to_string()))?;
        db::exec(
            self.env.pool.reads(),
            "UPDATE checkouts SET returned = $2, version = version + 1, updated_at = $3 \
             WHERE order_id = $1 AND returned IS NULL",
            values![order, json, self.env.now()],
        )
        .await?;
        Ok(())
    }

    pub(crate) async fn forget_decided(&self) -> Result<(), OrderError> {
        db::exec(
            self.env.pool.reads(),
            "DELETE FROM decided_ids WHERE order_id = ANY (ARRAY( \
                 SELECT order_id FROM decided_ids WHERE decided_at <= $1 LIMIT $2))",
            values![self.env.now() - DECIDED, STEP],
        )
        .await?;
        Ok(())
    }
}
