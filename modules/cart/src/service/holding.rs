//! A cart while an order that is made of it waits for its payment. See `order`'s checkout for who
//! holds and releases when, and what a crash in between costs.
//!
//! None of these waits for the disk. What follows on the same database does (the order, or the
//! end of its checkout), and whatever was written before that is on the disk with it.

use feira_kernel::{Actor, Page, PageRequest, db, values};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{Service, TRIES, claiming::won, crowded};
use crate::{
    access,
    api::{CartError, CartId, CartOwner, CartStatus, HOLD_LEASE, HeldCart, Released},
    merge,
    snapshot::Snapshot,
    status::Action,
    validation::invalid,
};

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    order_id: Uuid,
    version: i64,
}

impl Service {
    pub(super) async fn hold_cart(
        &self,
        actor: &Actor,
        id: CartId,
        version: i64,
        order: Uuid,
    ) -> Result<Option<i64>, CartError> {
        access::order_only(actor)?;
        let held = CartStatus::Open.after(Action::Hold);
        let held = held.ok_or(CartError::Closed)?.as_str();
        let version = db::scalar(
            self.env.pool.relaxed(),
            "UPDATE carts SET status = $4, order_id = $3, held_at = $5, version = version + 1, \
                              updated_at = $5 \
             WHERE id = $1 AND (status = 'open' AND version = $2 OR status = $4 AND order_id = $3) \
             RETURNING version",
            values![id, version, order, held, self.env.now()],
        );
        Ok(version.await?)
    }

    pub(super) async fn release_cart(
        &self,
        actor: &Actor,
        id: CartId,
        order: Uuid,
        version: Option<i64>,
    ) -> Result<Option<Released>, CartError> {
        access::order_only(actor)?;
        for _ in 0..TRIES {
            let cart = self.find(id).await?;
            if cart.status != CartStatus::Held {
                return Ok(released_before(&cart));
            }
            let as_seen = version.is_none_or(|version| version == cart.version);
            if cart.order != Some(order) || !as_seen {
                return Ok(None);
            }
            let open = self.find_open(&cart.owner).await?;
            if let Some(own) = open {
                if let Some(merged) = self.merge(own, cart, None).await? {
                    return Ok(Some(Released {
                        cart: merged.after.id,
                        report: merged.report,
                    }));
                }
            } else if self.reopen(&cart, order).await? {
                return Ok(Some(Released {
                    cart: id,
                    report: merge::moved(&cart),
                }));
            }
        }
        Err(crowded())
    }

    /// `false` if it changed meanwhile, or if its owner has an open one by now.
    async fn reopen(&self, cart: &Snapshot, order: Uuid) -> Result<bool, CartError> {
        let open = cart.after(Action::Release)?;
        let expires_at = match &cart.owner {
            CartOwner::User(_) => None,
            CartOwner::Guest(_) => Some(self.expiry()),
        };
        let written = db::exec(
            self.env.pool.relaxed(),
            "UPDATE carts SET status = $4, order_id = NULL, expires_at = $5, \
                              version = version + 1, updated_at = $6 \
             WHERE id = $1 AND version = $2 AND status = 'held' AND order_id = $3",
            values![
                cart.id,
                cart.version,
                order,
                open.as_str(),
                expires_at,
                self.env.now()
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
        let rows: Vec<Row> = db::rows(
            self.env.pool.reads(),
            "SELECT id, order_id, version FROM carts \
             WHERE status = 'held' AND held_at <= $1 AND id > $2 ORDER BY id LIMIT $3",
            values![
                self.env.now() - HOLD_LEASE,
                after.unwrap_or_default(),
                page.fetch()
            ],
        )
        .await?;
        let carts = rows.into_iter().map(|row| HeldCart {
            cart: CartId(row.id),
            order: row.order_id,
            version: row.version,
        });
        Ok(Page::from_rows(carts.collect(), &page, |held| held.cart))
    }
}

/// Where the lines of a cart are that is not held any more.
fn released_before(cart: &Snapshot) -> Option<Released> {
    let lines_in = match cart.status {
        CartStatus::Open => Some(cart.id),
        CartStatus::Merged => cart.continued_in,
        CartStatus::Held | CartStatus::Completed => None,
    };
    lines_in.map(|cart| Released {
        cart,
        report: Vec::new(),
    })
}
