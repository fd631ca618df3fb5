//! Releases the cart of an order that was never placed or is cancelled.

use feira_cart::{CartError, CartId, Released};
use feira_kernel::{
    db::{self, Change, Find},
    values,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use time::Duration;

use super::{pass, progress};
use crate::{
    CheckoutId, OrderError, OrderId,
    access::SELF,
    entities::{
        checkout::{self, Column},
        decided_id,
    },
    neighbours,
    service::Service,
    status::CheckoutState,
};

/// How long decided ids are kept: longer than any try to place an order takes.
const KEEP_DECIDED_IDS: Duration = Duration::DAY;
/// Rows that are deleted by one statement.
const DELETE_BATCH: i64 = 5_000;

impl Service {
    /// Releases the cart unless its order is live. If that fails, the job does it.
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

    /// Whether no order of this id is live or can still be placed. This and `place` insert the same
    /// primary key, so only one of them wins, and each waits for the other's transaction.
    async fn rule_out(&self, order: OrderId) -> Result<bool, OrderError> {
        let decided = decided_id::ActiveModel {
            order_id: Set(order),
            decided_at: Set(self.env.now()),
            ..Default::default()
        };
        decided_id::Entity::insert(decided)
            .on_conflict_do_nothing()
            .run(&self.env.pool.write_relaxed())
            .await?;
        let lives: Option<CheckoutId> = checkout::Entity::find()
            .filter(Column::OrderId.eq(order))
            .filter(Column::State.ne(CheckoutState::Cancelled))
            .select_only()
            .column(Column::Id)
            .into_tuple()
            .row(self.env.pool.read())
            .await?;
        Ok(lives.is_none())
    }

    /// Stores the result with the order, if there is one. The release is idempotent and returns the same
    /// result after a crash.
    pub(super) async fn release_cart(
        &self,
        cart: CartId,
        order: OrderId,
    ) -> Result<(), OrderError> {
        pass("checkout.release_cart.before");
        let released = self.deps.carts.release(&SELF, cart, order.0).await;
        pass("checkout.release_cart.after");
        match released {
            Ok(Some(released)) => self.keep_returned(order, &released).await,
            // It was completed, or it was a guest's and has expired.
            Ok(None) | Err(CartError::NotFound) => Ok(()),
            Err(error) => Err(neighbours::cart(error)),
        }
    }

    async fn keep_returned(&self, order: OrderId, returned: &Released) -> Result<(), OrderError> {
        let json = serde_json::to_value(returned).map_err(OrderError::defect)?;
        let kept = checkout::ActiveModel {
            returned: Set(Some(json)),
            ..Default::default()
        };
        progress::update(kept, self.env.now())
            .filter(Column::OrderId.eq(order))
            .filter(Column::Returned.is_null())
            .run(self.env.pool.write())
            .await?;
        Ok(())
    }

    pub(crate) async fn forget_decided(&self) -> Result<(), OrderError> {
        db::exec(
            self.env.pool.write(),
            include_str!("../sql/forget_decided.sql"),
            values![self.env.now() - KEEP_DECIDED_IDS, DELETE_BATCH],
        )
        .await?;
        Ok(())
    }
}
