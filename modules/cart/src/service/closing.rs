//! The end of a cart whose order is paid.

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
        held: bool,
    ) -> Result<(), CartError> {
        access::order_only(actor)?;
        let event = CartCompleted {
            cart: id,
            // The statement puts the true one in its place.
            version: 1,
            order,
        };
        let completed = CartStatus::Held.after(Action::Complete);
        let completed = completed.ok_or(CartError::Closed)?.as_str();
        let payload = serde_json::to_value(&event).map_err(defect)?;
        let closing = db::Single {
            sql: CLOSE,
            values: values![
                id,
                order,
                held,
                completed,
                self.env.now(),
                self.env.uuid(),
                CartCompleted::NAME,
                payload,
            ],
            publishes: true,
        };
        let closed: Vec<Closed> = self.env.pool.single(closing, |_| ()).await?;
        if !closed.is_empty() {
            return Ok(());
        }
        let sql = "SELECT status, order_id FROM carts WHERE id = $1";
        let current: Option<Current> =
            db::optional(self.env.pool.reads(), sql, values![id]).await?;
        let current = current.ok_or(CartError::NotFound)?;
        if current.status == completed && current.order_id == Some(order) {
            Ok(())
        } else {
            Err(CartError::Closed)
        }
    }
}

/// $1 the cart, $2 the order, $3 whether the cart is held for it, $4 its status after, $5 now,
/// from $6 on its event.
const CLOSE: &str = "\
WITH done AS ( \
    UPDATE carts SET status = $4, order_id = $2, version = version + 1, updated_at = $5 \
    WHERE id = $1 AND (status = 'held' AND order_id = $2 OR NOT $3 AND status IN ('open', 'merged')) \
    RETURNING id, version \
), \
told AS ( \
    INSERT INTO outbox_event (id, name, aggregate_id, aggregate_version, payload, occurred_at) \
    SELECT $6, $7, id, version, jsonb_set($8, '{version}', to_jsonb(version)), $5 FROM done \
) \
SELECT version FROM done";
