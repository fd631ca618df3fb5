//! A cart while an order that is made of it waits for its payment. See `order`'s checkout for who
//! holds and releases when, and what a crash in between costs.
//!
//! None of these waits for the disk. What `order` writes next does (the order, or what was returned
//! to its buyer), and an earlier commit is on the disk with a later one.

use feira_kernel::{Actor, Page, PageRequest, db, values};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{
    Service, TRIES,
    claiming::won,
    crowded,
    merging::{Cause, told},
};
use crate::{
    access,
    api::{CartError, CartId, CartOwner, CartStatus, HOLD_LEASE, HeldCart, MergedLine, Released},
    merge,
    snapshot::{Snapshot, defect},
    status::Action,
    validation::invalid,
};

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    order_id: Uuid,
}

impl Service {
    pub(super) async fn hold_cart(
        &self,
        actor: &Actor,
        id: CartId,
        version: i64,
        order: Uuid,
    ) -> Result<bool, CartError> {
        access::order_only(actor)?;
        let held = CartStatus::Open.after(Action::Hold);
        let held = held.ok_or(CartError::Closed)?.as_str();
        let written = db::exec(
            self.env.pool.relaxed(),
            "UPDATE carts SET status = $4, order_id = $3, held_at = $5, version = version + 1, \
                              updated_at = $5 \
             WHERE id = $1 AND (status = 'open' AND version = $2 OR status = $4 AND order_id = $3)",
            values![id, version, order, held, self.env.now()],
        );
        Ok(written.await? == 1)
    }

    pub(super) async fn release_cart(
        &self,
        actor: &Actor,
        id: CartId,
        order: Uuid,
    ) -> Result<Option<Released>, CartError> {
        access::order_only(actor)?;
        for _ in 0..TRIES {
            let cart = self.find(id).await?;
            if cart.status != CartStatus::Held {
                return self.released_before(&cart, order).await;
            }
            if cart.order != Some(order) {
                return Ok(None);
            }
            let open = self.find_open(&cart.owner).await?;
            if let Some(own) = open {
                if let Some(merged) = self.merge(own, cart, Cause::Release(order)).await? {
                    return Ok(Some(Released {
                        cart: merged.after.id,
                        report: merged.report,
                    }));
                }
            } else {
                let report = merge::moved(&cart);
                if self.reopen(&cart, order, &report).await? {
                    return Ok(Some(Released { cart: id, report }));
                }
            }
        }
        Err(crowded())
    }

    /// Where the lines of a cart are that is not held any more, and what was done to them.
    async fn released_before(
        &self,
        cart: &Snapshot,
        order: Uuid,
    ) -> Result<Option<Released>, CartError> {
        let lines_in = match cart.status {
            CartStatus::Open => Some(cart.id),
            CartStatus::Merged => cart.continued_in,
            CartStatus::Held | CartStatus::Completed => None,
        };
        let Some(lines_in) = lines_in else {
            return Ok(None);
        };
        let sql =
            "SELECT released -> 'report' FROM carts WHERE id = $1 AND released ->> 'order' = $2";
        let values = values![cart.id, order.to_string()];
        let report: Option<serde_json::Value> =
            db::scalar(self.env.pool.reads(), sql, values).await?;
        let report: Option<Vec<MergedLine>> = report
            .map(serde_json::from_value)
            .transpose()
            .map_err(defect)?;
        Ok(Some(Released {
            cart: lines_in,
            report: report.unwrap_or_default(),
        }))
    }

    /// `false` if it changed meanwhile, or if its owner has an open one by now.
    async fn reopen(
        &self,
        cart: &Snapshot,
        order: Uuid,
        report: &[MergedLine],
    ) -> Result<bool, CartError> {
        let open = cart.after(Action::Release)?;
        let expires_at = match &cart.owner {
            CartOwner::User(_) => None,
            CartOwner::Guest(_) => Some(self.expiry()),
        };
        let written = db::exec(
            self.env.pool.relaxed(),
            "UPDATE carts SET status = $4, order_id = NULL, expires_at = $5, released = $7, \
                              version = version + 1, updated_at = $6 \
             WHERE id = $1 AND version = $2 AND status = 'held' AND order_id = $3",
            values![
                cart.id,
                cart.version,
                order,
                open.as_str(),
                expires_at,
                self.env.now(),
                told(order, report)
            ],
        );
        won(written.await.map(|rows| rows == 1))
    }

    pub(super) async fn held_carts(
        &self,
        actor: &Actor,
        page: PageRequest,
    ) -> Result<Page<HeldCart>, CartError> {
        access::order_only(actor)?;
        let after: Option<Uuid> = page
            .after()
            .map_err(|error| invalid("/cursor", "cursor", error.to_string()))?;
        // What was held so far ahead was held by a clock that has gone back since.
        let now = self.env.now();
        let rows: Vec<Row> = db::rows(
            self.env.pool.reads(),
            "SELECT id, order_id FROM carts \
             WHERE status = 'held' AND (held_at <= $1 OR held_at > $4) AND id > $2 ORDER BY id LIMIT $3",
            values![
                now - HOLD_LEASE,
                after.unwrap_or_default(),
                page.fetch(),
                now + HOLD_LEASE
            ],
        )
        .await?;
        let carts = rows.into_iter().map(|row| HeldCart {
            cart: CartId(row.id),
            order: row.order_id,
        });
        Ok(Page::from_rows(carts.collect(), &page, |held| held.cart))
    }
}
