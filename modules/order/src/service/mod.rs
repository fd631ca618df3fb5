//! The implementation of [`Orders`]: each method is one transaction, or a walk through the
//! checkout's steps.

mod buyer;
pub(crate) mod change;
mod figures;
mod list;
mod read;
mod seller;

use async_trait::async_trait;
use feira_kernel::{Actor, Env, IdempotencyKey, Page, PageRequest, batch::Batch, db};
use feira_payment::{Method, Payment, PaymentId};
use sea_orm::Value;
use serde::de::DeserializeOwned;

use crate::{
    Checkout, Deps, NewShipment, Order, OrderError, OrderFilter, OrderForMessage, OrderId,
    OrderSummary, Orders, Placed, SellerFigures, SellerOrder, SellerOrderSummary, Settings,
    StoreOrderFilter, StoreOrderId,
    checkout::{Confirming, OrderLocks, Placing},
};

pub(crate) use read::{Document, Owner};

/// Everything that a method needs. Cheap to clone.
/// What a guest's token is derived for.
const ORDER_TOKEN: &str = "order";

#[derive(Clone)]
pub(crate) struct Service {
    pub(crate) env: Env,
    pub(crate) deps: Deps,
    pub(crate) settings: Settings,
    pub(crate) order_locks: OrderLocks,
    pub(crate) placements: Batch<Placing>,
    pub(crate) confirmations: Batch<Confirming>,
}

impl Service {
    pub(crate) fn new(env: Env, deps: Deps, settings: Settings) -> Self {
        let pool = &env.pool;
        Self {
            placements: Batch::new(pool.clone(), Placing { env: env.clone() }),
            confirmations: Batch::new(pool.clone(), Confirming { env: env.clone() }),
            env,
            deps,
            settings,
            order_locks: OrderLocks::default(),
        }
    }

    /// The token that will open a guest's new order.
    pub(crate) fn new_order_token(&self, order: OrderId) -> String {
        self.settings.token_key.derive(ORDER_TOKEN, order.0, "")
    }

    /// The token that opens a guest's order, by what is kept of it; none of a person's, or if it was
    /// made with a key that is not known here.
    pub(crate) fn order_token(&self, order: OrderId, owner: &Owner) -> Option<String> {
        let (key, kept) = (&self.settings.token_key, owner.guest.as_ref()?);
        key.derive_kept(ORDER_TOKEN, order.0, "", kept)
    }

    /// Reads one JSON column of at most one row, in one statement outside any transaction.
    pub(crate) async fn document<T: DeserializeOwned>(
        &self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Option<T>, OrderError> {
        let found: Option<serde_json::Value> =
            db::scalar(self.env.pool.read(), sql, values).await?;
        found
            .map(|document| serde_json::from_value(document).map_err(unreadable))
            .transpose()
    }
}

fn unreadable(why: impl std::fmt::Display) -> OrderError {
    OrderError::Internal(format!("a row cannot be read: {why}"))
}

#[async_trait]
impl Orders for Service {
    async fn checkout(&self, actor: &Actor, checkout: Checkout) -> Result<Placed, OrderError> {
        self.checkout_cart(actor, checkout).await
    }

    async fn retry_payment(
        &self,
        actor: &Actor,
        order: OrderId,
        key: String,
        method: Method,
    ) -> Result<Payment, OrderError> {
        self.pay_again(actor, order, key, method).await
    }

    async fn order(&self, actor: &Actor, id: OrderId) -> Result<Order, OrderError> {
        self.visible_order(actor, id).await
    }

    async fn orders(
        &self,
        actor: &Actor,
        filter: OrderFilter,
        page: PageRequest,
    ) -> Result<Page<OrderSummary>, OrderError> {
        self.list_orders(actor, filter, page).await
    }

    async fn payment(&self, actor: &Actor, id: PaymentId) -> Result<Payment, OrderError> {
        self.visible_payment(actor, id).await
    }

    async fn cancel(
        &self,
        actor: &Actor,
        id: OrderId,
        reason: String,
        key: Option<IdempotencyKey>,
    ) -> Result<Order, OrderError> {
        self.cancel_by_buyer(actor, id, reason, key).await
    }

    async fn confirm_delivery(
        &self,
        actor: &Actor,
        id: OrderId,
        key: Option<IdempotencyKey>,
    ) -> Result<Order, OrderError> {
        self.arrived(actor, id, key).await
    }

    async fn store_order(
        &self,
        actor: &Actor,
        id: StoreOrderId,
    ) -> Result<SellerOrder, OrderError> {
        self.seller_order(actor, id).await
    }

    async fn store_orders(
        &self,
        actor: &Actor,
        filter: StoreOrderFilter,
        page: PageRequest,
    ) -> Result<Page<SellerOrderSummary>, OrderError> {
        self.list_store_orders(actor, filter, page).await
    }

    async fn accept(
        &self,
        actor: &Actor,
        id: StoreOrderId,
        key: Option<IdempotencyKey>,
    ) -> Result<SellerOrder, OrderError> {
        self.accept_part(actor, id, key).await
    }

    async fn ship(
        &self,
        actor: &Actor,
        id: StoreOrderId,
        shipment: NewShipment,
        key: Option<IdempotencyKey>,
    ) -> Result<SellerOrder, OrderError> {
        self.ship_part(actor, id, shipment, key).await
    }

    async fn deliver(
        &self,
        actor: &Actor,
        id: StoreOrderId,
        key: Option<IdempotencyKey>,
    ) -> Result<SellerOrder, OrderError> {
        self.deliver_part(actor, id, key).await
    }

    async fn seller_figures(&self, actor: &Actor) -> Result<SellerFigures, OrderError> {
        self.figures(actor).await
    }

    async fn order_for_message(
        &self,
        actor: &Actor,
        id: OrderId,
    ) -> Result<OrderForMessage, OrderError> {
        self.message(actor, id).await
    }
}
