//! The end of a cart whose order is paid.

use feira_catalog::StockLine;
use feira_kernel::{Actor, db, outbox::Event, values};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::Service;
use crate::{
    access,
    api::{CartCompleted, CartError, CartId, CartStatus},
    snapshot::defect,
    status::Action,
};

#[derive(FromQueryResult)]
struct Closed {}

#[derive(FromQueryResult)]
struct Current {
    status: String,
    order_id: Option<Uuid>,
}

impl Service {
    pub(super) async fn close_cart(
        &self,
        actor: &Actor,
        id: CartId,
        order: Uuid,
        bought: Option<Vec<StockLine>>,
    ) -> Result<(), CartError> {
        access::order_only(actor)?;
        let unheld = bought.is_some();
        let closed = match bought {
            None => self.complete_held(id, order).await?,
            Some(bought) => self.complete_unheld(id, order, &bought).await?,
        };
        if closed {
            return Ok(());
        }
        let sql = "SELECT status, order_id FROM carts WHERE id = $1";
        let current: Option<Current> =
            db::optional(self.env.pool.reads(), sql, values![id]).await?;
        let current = current.ok_or(CartError::NotFound)?;
        match (CartStatus::parse(&current.status), current.order_id) {
            (Some(CartStatus::Completed), Some(by)) if by == order => Ok(()),
            // Somebody tries to buy it a second time, and is about to be refused: to be asked again.
            (Some(CartStatus::Held), Some(by)) if unheld => Err(CartError::Held { order: by }),
            _ => Err(CartError::Closed),
        }
    }

    /// In one statement; `false` if it is not held for this order.
    async fn complete_held(&self, id: CartId, order: Uuid) -> Result<bool, CartError> {
        let event = CartCompleted {
            cart: id,
            // The statement puts the true one in its place.
            version: 1,
            order,
        };
        let completed = CartStatus::Held.after(Action::Complete);
        let closing = db::Single {
            sql: CLOSE,
            values: values![
                id,
                order,
                completed.ok_or(CartError::Closed)?.as_str(),
                self.env.now(),
                self.env.uuid(),
                CartCompleted::NAME,
                serde_json::to_value(&event).map_err(defect)?,
            ],
            publishes: true,
        };
        let closed: Vec<Closed> = self.env.pool.single(closing, |_| ()).await?;
        Ok(!closed.is_empty())
    }
}

/// $1 the cart, $2 the order, $3 its status after, $4 now, from $5 on its event.
const CLOSE: &str = "\
WITH done AS ( \
    UPDATE carts SET status = $3, order_id = $2, version = version + 1, updated_at = $4 \
    WHERE id = $1 AND status = 'held' AND order_id = $2 \
    RETURNING id, version \
), \
told AS ( \
    INSERT INTO outbox_event (id, name, aggregate_id, aggregate_version, payload, occurred_at) \
    SELECT $5, $6, id, version, jsonb_set($7, '{version}', to_jsonb(version)), $4 FROM done \
) \
SELECT version FROM done";
