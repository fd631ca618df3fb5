//! The trait's implementation. A change is decided outside the transaction, on a cart of a known
//! version, and written by one statement that is guarded by that version; a lost race is decided
//! again.

mod changing;
mod claiming;
mod closing;
mod holding;
mod merging;
mod reading;
mod shipping;
mod unheld;
mod writing;

use std::sync::Arc;

pub(crate) use closing::Completing;

use async_trait::async_trait;
use feira_catalog::{Catalog, StockLine};
use feira_kernel::{
    Actor, Env, IdempotencyKey, Page, PageRequest, Versions, batch::Batch, token::TokenHash,
};
use feira_store::Stores;
use uuid::Uuid;

use crate::{
    Settings,
    api::{
        Cart, CartError, CartId, CartItemId, CartOwner, Carts, Claimed, HeldCart, NewCart, NewItem,
        Released, ShippingSelection,
    },
};

/// How often a change is decided anew after another one came first.
const TRIES: u32 = 40;

pub(crate) struct Service {
    pub(crate) env: Env,
    pub(crate) catalog: Arc<dyn Catalog>,
    pub(crate) stores: Arc<dyn Stores>,
    pub(crate) settings: Settings,
    pub(crate) closings: Batch<Completing>,
}

/// A change lost [`TRIES`] races against others: more at once than any buyer makes.
fn crowded() -> CartError {
    CartError::Unavailable("the cart is being changed by others".to_owned())
}

#[async_trait]
impl Carts for Service {
    async fn create(
        &self,
        actor: &Actor,
        key: Option<IdempotencyKey>,
    ) -> Result<NewCart, CartError> {
        self.new_cart(actor, key).await
    }

    async fn cart(&self, actor: &Actor, id: CartId) -> Result<Cart, CartError> {
        self.own_cart(actor, id).await
    }

    async fn add_item(
        &self,
        actor: &Actor,
        id: CartId,
        item: NewItem,
        key: Option<IdempotencyKey>,
    ) -> Result<Cart, CartError> {
        self.add_units(actor, id, item, key).await
    }

    async fn set_quantity(
        &self,
        actor: &Actor,
        id: CartId,
        item: CartItemId,
        quantity: u32,
        expected: Option<Versions>,
    ) -> Result<Cart, CartError> {
        self.set_units(actor, id, item, quantity, expected.as_ref())
            .await
    }

    async fn remove_item(
        &self,
        actor: &Actor,
        id: CartId,
        item: CartItemId,
        expected: Option<Versions>,
    ) -> Result<Cart, CartError> {
        self.remove_line(actor, id, item, expected.as_ref()).await
    }

    async fn set_shipping(
        &self,
        actor: &Actor,
        id: CartId,
        shipping: ShippingSelection,
        expected: Option<Versions>,
    ) -> Result<Cart, CartError> {
        self.select_shipping(actor, id, shipping, expected.as_ref())
            .await
    }

    async fn claim(
        &self,
        actor: &Actor,
        id: CartId,
        guest: TokenHash,
        key: Option<IdempotencyKey>,
    ) -> Result<Claimed, CartError> {
        self.claim_cart(actor, id, guest, key).await
    }

    async fn for_checkout(
        &self,
        actor: &Actor,
        id: CartId,
        owner: CartOwner,
    ) -> Result<Cart, CartError> {
        self.checkout_cart(actor, id, owner).await
    }

    async fn hold(
        &self,
        actor: &Actor,
        id: CartId,
        version: i64,
        order: Uuid,
    ) -> Result<bool, CartError> {
        self.hold_cart(actor, id, version, order).await
    }

    async fn release(
        &self,
        actor: &Actor,
        id: CartId,
        order: Uuid,
    ) -> Result<Option<Released>, CartError> {
        self.release_cart(actor, id, order).await
    }

    async fn held(&self, actor: &Actor, page: PageRequest) -> Result<Page<HeldCart>, CartError> {
        self.held_carts(actor, page).await
    }

    async fn close(
        &self,
        actor: &Actor,
        id: CartId,
        order: Uuid,
        bought: Option<Vec<StockLine>>,
    ) -> Result<(), CartError> {
        self.close_cart(actor, id, order, bought).await
    }
}
