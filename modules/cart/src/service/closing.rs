//! The end of a cart of which an order was made.

use feira_kernel::{Actor, Env, db, outbox, values};
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
    ) -> Result<(), CartError> {
        access::order_only(actor)?;
        self.env
            .pool
            .transaction(self.env.clone(), move |tx, env| {
                Box::pin(async move { close(tx, &env, id, order).await })
            })
            .await
    }
}

async fn close(tx: &db::Tx, env: &Env, id: CartId, order: Uuid) -> Result<(), CartError> {
    let version = match complete(tx, env, id, order, CartStatus::Open).await? {
        Some(version) => version,
        None => {
            let sql = "SELECT status, order_id FROM carts WHERE id = $1";
            let current: Option<Current> = db::optional(&**tx, sql, values![id]).await?;
            let current = current.ok_or(CartError::NotFound)?;
            if current.order_id == Some(order) {
                return Ok(());
            }
            let from = CartStatus::parse(&current.status);
            let from = from.ok_or_else(|| defect("an unknown status"))?;
            let version = complete(tx, env, id, order, from).await?;
            version.ok_or(CartError::Closed)?
        }
    };
    let event = CartCompleted {
        cart: id,
        version,
        order,
    };
    outbox::publish(tx, env, &event).await?;
    Ok(())
}

/// The cart's new version, if it was in that state.
async fn complete(
    tx: &db::Tx,
    env: &Env,
    id: CartId,
    order: Uuid,
    from: CartStatus,
) -> Result<Option<i64>, CartError> {
    let to = from.after(Action::Complete)?;
    let version = db::scalar(
        &**tx,
        "UPDATE carts SET status = $3, order_id = $4, version = version + 1, updated_at = $5 \
         WHERE id = $1 AND status = $2 RETURNING version",
        values![id, from.as_str(), to.as_str(), order, env.now()],
    );
    Ok(version.await?)
}
