//! The end of a cart whose order was placed by release 0.1.0, which held no carts: it was open all
//! the time, so that lines may have been added since, or it was merged into another one. Needed as
//! long as an installation of that release, with orders that wait, may be upgraded to this one.

use feira_catalog::StockLine;
use feira_kernel::{Env, Time, db, outbox, values};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use uuid::Uuid;

use super::Service;
use crate::{
    api::{CartCompleted, CartError, CartId, CartStatus, MAX_LINES},
    entities::cart::{self, Column},
    status::Action,
};

/// A cart to be completed.
#[derive(Clone)]
struct Closing {
    env: Env,
    cart: CartId,
    order: Uuid,
    completed: CartStatus,
    variants: Vec<Uuid>,
    units: Vec<i64>,
    /// The cart of what was not bought, when it ends if it is a guest's, and ids for its lines.
    next: CartId,
    next_expires_at: Time,
    next_lines: Vec<Uuid>,
}

impl Service {
    /// `false` if it is neither open nor merged.
    pub(super) async fn complete_legacy(
        &self,
        id: CartId,
        order: Uuid,
        bought: &[StockLine],
    ) -> Result<bool, CartError> {
        let completed = CartStatus::Open.after(Action::Complete);
        let closing = Closing {
            env: self.env.clone(),
            cart: id,
            order,
            completed: completed.ok_or(CartError::Closed)?,
            variants: bought.iter().map(|line| line.variant.0).collect(),
            units: bought.iter().map(|line| i64::from(line.quantity)).collect(),
            next: CartId(self.env.uuid()),
            next_expires_at: self.expiry(),
            next_lines: (0..MAX_LINES).map(|_| self.env.uuid()).collect(),
        };
        self.env
            .pool
            .transaction(closing, |tx, closing| {
                Box::pin(async move { closing.close(tx).await })
            })
            .await
    }
}

impl Closing {
    /// The lines are read after their cart is locked: from then on nobody changes them.
    async fn close(self, tx: &db::Tx) -> Result<bool, CartError> {
        let now = self.env.now();
        let completed = cart::Entity::update_many()
            .set(cart::ActiveModel {
                status: Set(self.completed),
                order_id: Set(Some(self.order)),
                updated_at: Set(now),
                ..Default::default()
            })
            .col_expr(Column::Version, cart::next_version())
            .filter(Column::Id.eq(self.cart))
            .filter(Column::Status.is_in([CartStatus::Open, CartStatus::Merged]))
            .exec_with_returning(&**tx)
            .await
            .map_err(db::Error::from)?;
        let Some(completed) = completed.into_iter().next() else {
            return Ok(false);
        };
        match completed.merged_into {
            None => {
                let values = values![
                    self.cart,
                    self.next,
                    self.next_lines,
                    self.variants,
                    self.units,
                    self.next_expires_at,
                    now
                ];
                db::exec(&**tx, include_str!("../sql/move_rest.sql"), values).await?;
            }
            Some(into) => {
                let lock = include_str!("../sql/lock_merged_into.sql");
                let open: Option<Uuid> =
                    db::scalar(&**tx, lock, values![into, now, CartStatus::Open]).await?;
                // If that one is held or bought, she bought the units again on purpose.
                if let Some(open) = open {
                    let values = values![open, self.variants, self.units, now];
                    db::exec(&**tx, include_str!("../sql/take_bought.sql"), values).await?;
                }
            }
        }
        let event = CartCompleted {
            cart: self.cart,
            version: completed.version,
            order: self.order,
        };
        outbox::publish(tx, &self.env, &event).await?;
        Ok(true)
    }
}
