//! The end of a cart of which an order was made, and the cart in which the rest goes on.

use std::collections::BTreeMap;

use feira_catalog::{StockLine, VariantId};
use feira_kernel::{
    Actor, Env, Time, db,
    outbox::{self, Event},
    values,
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::Service;
use crate::{
    access,
    api::{CartCompleted, CartError, CartId, CartStatus, MAX_LINES},
    snapshot::defect,
    status::Action,
    surplus::surplus,
};

#[derive(FromQueryResult)]
struct Closed {}

#[derive(FromQueryResult)]
struct Current {
    status: String,
    order_id: Option<Uuid>,
}

#[derive(FromQueryResult)]
struct Line {
    id: Uuid,
    variant_id: Uuid,
    quantity: i32,
}

/// A cart to be completed.
#[derive(Clone)]
struct Closing {
    env: Env,
    cart: CartId,
    order: Uuid,
    bought: Vec<StockLine>,
    /// When a guest's cart with the rest ends.
    rest_expires_at: Time,
}

impl Service {
    pub(super) async fn close_cart(
        &self,
        actor: &Actor,
        id: CartId,
        order: Uuid,
        bought: Vec<StockLine>,
    ) -> Result<(), CartError> {
        access::order_only(actor)?;
        let closing = Closing {
            env: self.env.clone(),
            cart: id,
            order,
            bought,
            rest_expires_at: self.expiry(),
        };
        if closing.close_as_bought().await? {
            return Ok(());
        }
        self.env
            .pool
            .transaction(closing, |tx, closing| {
                Box::pin(async move { closing.close(tx).await })
            })
            .await
    }
}

impl Closing {
    /// What nearly all are: open, with nothing in it but what was bought. One statement, or
    /// nothing is done.
    async fn close_as_bought(&self) -> Result<bool, CartError> {
        let (variants, units) = self.units();
        let event = CartCompleted {
            cart: self.cart,
            // The statement puts the true one in its place.
            version: 1,
            order: self.order,
        };
        let payload = serde_json::to_value(&event).map_err(defect)?;
        let closing = db::Single {
            sql: CLOSE_AS_BOUGHT,
            values: values![
                self.cart,
                CartStatus::Open.as_str(),
                CartStatus::Open.after(Action::Complete)?.as_str(),
                self.order,
                self.env.now(),
                variants,
                units,
                self.env.uuid(),
                CartCompleted::NAME,
                payload,
            ],
            publishes: true,
        };
        let closed: Vec<Closed> = self.env.pool.single(closing, |_| ()).await?;
        Ok(!closed.is_empty())
    }

    /// Units bought of each variant.
    fn units(&self) -> (Vec<Uuid>, Vec<i64>) {
        let mut units = BTreeMap::new();
        for line in &self.bought {
            *units.entry(line.variant.0).or_insert(0) += i64::from(line.quantity);
        }
        units.into_iter().unzip()
    }

    async fn close(&self, tx: &db::Tx) -> Result<(), CartError> {
        let version = match self.complete(tx, CartStatus::Open).await? {
            Some(version) => {
                self.move_rest(tx).await?;
                version
            }
            None => {
                let sql = "SELECT status, order_id FROM carts WHERE id = $1";
                let current: Option<Current> = db::optional(&**tx, sql, values![self.cart]).await?;
                let current = current.ok_or(CartError::NotFound)?;
                if current.order_id == Some(self.order) {
                    return Ok(());
                }
                let from = CartStatus::parse(&current.status);
                let from = from.ok_or_else(|| defect("an unknown status"))?;
                // The lines of a merged cart, the rest among them, are in another one already.
                let version = self.complete(tx, from).await?;
                self.take_from_merged(tx).await?;
                version.ok_or(CartError::Closed)?
            }
        };
        let event = CartCompleted {
            cart: self.cart,
            version,
            order: self.order,
        };
        outbox::publish(tx, &self.env, &event).await?;
        Ok(())
    }

    /// What was bought leaves the cart that the guest's lines went to when she signed in, so that
    /// she does not buy it twice. The cart is locked before its lines are read.
    async fn take_from_merged(&self, tx: &db::Tx) -> Result<(), CartError> {
        let own: Option<Uuid> = db::scalar(
            &**tx,
            "UPDATE carts SET version = version + 1, updated_at = $2 \
             WHERE id = (SELECT merged_into FROM carts WHERE id = $1) AND status = 'open' RETURNING id",
            values![self.cart, self.env.now()],
        )
        .await?;
        let Some(own) = own else { return Ok(()) };
        let (variants, units) = self.units();
        let values = values![own, variants, units, self.env.now()];
        db::exec(&**tx, TAKE, values).await?;
        Ok(())
    }

    /// The cart's new version, if it was in that state.
    async fn complete(&self, tx: &db::Tx, from: CartStatus) -> Result<Option<i64>, CartError> {
        let to = from.after(Action::Complete)?;
        let version = db::scalar(
            &**tx,
            "UPDATE carts SET status = $3, order_id = $4, version = version + 1, updated_at = $5 \
             WHERE id = $1 AND status = $2 RETURNING version",
            values![
                self.cart,
                from.as_str(),
                to.as_str(),
                self.order,
                self.env.now()
            ],
        );
        Ok(version.await?)
    }

    /// What was put in after the order was placed goes to a cart of its own. The lines are read
    /// after the cart was completed: from then on nobody changes them.
    async fn move_rest(&self, tx: &db::Tx) -> Result<(), CartError> {
        let lines: Vec<Line> = db::rows(
            &**tx,
            "SELECT id, variant_id, quantity FROM cart_items WHERE cart_id = $1 ORDER BY position LIMIT $2",
            values![self.cart, i64::try_from(MAX_LINES).map_err(defect)?],
        )
        .await?;
        let lines = lines.into_iter().map(|line| {
            let quantity = u32::try_from(line.quantity).unwrap_or_default();
            (line.id, VariantId(line.variant_id), quantity)
        });
        let rest = surplus(lines, &self.bought);
        if rest.is_empty() {
            return Ok(());
        }
        let new: Vec<Uuid> = rest.iter().map(|_| self.env.uuid()).collect();
        let (old, units): (Vec<Uuid>, Vec<i64>) = rest
            .into_iter()
            .map(|(id, units)| (id, i64::from(units)))
            .unzip();
        let values = values![
            self.cart,
            self.env.uuid(),
            new,
            old,
            units,
            self.rest_expires_at,
            self.env.now()
        ];
        db::exec(&**tx, MOVE_REST, values).await?;
        Ok(())
    }
}

/// $1 the cart, $2 and $3 its status before and after, $4 the order, $5 now, $6 variants and $7
/// units bought, from $8 on its event. Whoever puts something in or takes it out gives the cart
/// another version, so that what is read here is what is closed.
const CLOSE_AS_BOUGHT: &str = "\
WITH seen AS (SELECT version FROM carts WHERE id = $1), \
rest AS ( \
    SELECT 1 FROM cart_items i LEFT JOIN unnest($6::uuid[], $7::bigint[]) AS b (variant_id, quantity) \
                                         ON b.variant_id = i.variant_id \
    WHERE i.cart_id = $1 AND i.quantity > coalesce(b.quantity, 0) \
), \
done AS ( \
    UPDATE carts c SET status = $3, order_id = $4, version = c.version + 1, updated_at = $5 FROM seen \
    WHERE c.id = $1 AND c.status = $2 AND c.version = seen.version AND NOT EXISTS (SELECT 1 FROM rest) \
    RETURNING c.id, c.version \
), \
told AS ( \
    INSERT INTO outbox_event (id, name, aggregate_id, aggregate_version, payload, occurred_at) \
    SELECT $8, $9, id, version, jsonb_set($10, '{version}', to_jsonb(version)), $5 FROM done \
) \
SELECT version FROM done";

/// $1 the cart, $2 variants, $3 units that leave it of each.
const TAKE: &str = "\
WITH bought AS (SELECT * FROM unnest($2::uuid[], $3::bigint[]) AS b (variant_id, quantity)), \
gone AS ( \
    DELETE FROM cart_items i USING bought b \
    WHERE i.cart_id = $1 AND i.variant_id = b.variant_id AND i.quantity <= b.quantity \
) \
UPDATE cart_items i SET quantity = i.quantity - b.quantity, updated_at = $4 \
FROM bought b WHERE i.cart_id = $1 AND i.variant_id = b.variant_id AND i.quantity > b.quantity";

/// $1 the completed cart, $2 the next one, $3 ids of its lines, $4 the lines that they come from,
/// $5 units that leave those.
const MOVE_REST: &str = "\
WITH rest AS (SELECT * FROM unnest($3::uuid[], $4::uuid[], $5::bigint[]) AS r (id, line, quantity)), \
next AS ( \
    INSERT INTO carts (id, user_id, guest_token_hash, currency, destination, shipping_choices, expires_at, updated_at) \
    SELECT $2, user_id, guest_token_hash, currency, destination, shipping_choices, \
           CASE WHEN guest_token_hash IS NULL THEN NULL ELSE $6::timestamptz END, $7 \
    FROM carts WHERE id = $1 \
    RETURNING id \
), moved AS ( \
    INSERT INTO cart_items (id, cart_id, variant_id, product_id, store_id, title, quantity, unit_price, currency, \
                            position, updated_at) \
    SELECT r.id, next.id, i.variant_id, i.product_id, i.store_id, i.title, r.quantity, i.unit_price, i.currency, \
           i.position, $7 \
    FROM next, rest r JOIN cart_items i ON i.id = r.line \
), fewer AS ( \
    UPDATE cart_items i SET quantity = i.quantity - r.quantity, updated_at = $7 \
    FROM rest r WHERE i.id = r.line AND i.quantity > r.quantity \
), gone AS ( \
    DELETE FROM cart_items i USING rest r WHERE i.id = r.line AND i.quantity = r.quantity \
) \
UPDATE carts SET continued_in = $2 WHERE id = $1";
