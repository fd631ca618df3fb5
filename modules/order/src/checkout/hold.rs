//! The steps before the order exists: hold the cart, then reserve stock under a derived key.

use feira_cart::{Cart, CartId};
use feira_catalog::{
    CatalogError, Reservation, ReservationKey, ReservationRequest, ReservationState,
};
use feira_kernel::{ErrorKind, ModuleError, Time};
use feira_payment::Method;

use super::{Progress, draft::Draft, pass, request::CheckoutRequest, step};
use crate::{
    OrderError, OrderId, access::SELF, keys, neighbours, service::Service, status::CheckoutState,
};

/// How often an ended reservation is replaced by one under the next derived key.
const MAX_HOLDS: usize = 4;

impl Service {
    /// The id of the new order: a fresh one, or the one that the cart is already held for by an earlier
    /// or concurrent try; only one of them can place it. `None`: read the cart again.
    pub(super) async fn next_order(
        &self,
        checkout: &CheckoutRequest,
        cart: &Cart,
    ) -> Result<Option<OrderId>, OrderError> {
        let Some(order) = cart.order.map(OrderId) else {
            return Ok(Some(OrderId(self.env.uuid())));
        };
        let Some(at) = self.progress(order).await? else {
            return Ok(Some(order));
        };
        match at.state {
            // That order is cancelled, and its cart is being returned.
            CheckoutState::Cancelling | CheckoutState::Cancelled => {
                self.give_goods_back(&at).await?;
            }
            CheckoutState::Paying | CheckoutState::Awaiting | CheckoutState::Confirmed => {
                self.cart_has(checkout, order).await?;
            }
        }
        Ok(None)
    }

    /// Releases the cart unless a repeat of the request may succeed.
    pub(super) async fn release_after(
        &self,
        cart: CartId,
        order: OrderId,
        error: OrderError,
    ) -> OrderError {
        if error.kind() != ErrorKind::Unavailable {
            self.give_up(cart, order).await;
        }
        error
    }

    pub(super) async fn without_stock(
        &self,
        checkout: &CheckoutRequest,
        order: OrderId,
        error: OrderError,
    ) -> Result<Option<Progress>, OrderError> {
        self.give_up(checkout.request.cart, order).await;
        if let OrderError::OutOfStock(_) = error
            && let Some(order) = self.live_order(checkout).await?
        {
            // The stock is reserved by this cart's own order.
            self.cart_has(checkout, order).await?;
            return Ok(None);
        }
        Err(error)
    }

    /// The order exists already, or another try gave its id up. What was held for this one goes back,
    /// also when the key is another request's; but its order may have the same hold.
    pub(super) async fn already_placed(
        &self,
        checkout: &CheckoutRequest,
        order: OrderId,
        hold: &Reservation,
    ) -> Result<Option<Progress>, OrderError> {
        let row = match self.row_of(checkout).await {
            Ok(row) => row,
            Err(error) => {
                let cart = checkout.request.cart;
                return Err(self.release_after(cart, order, error.into()).await);
            }
        };
        if row.as_ref().is_none_or(|row| row.reservation != hold.key) {
            self.release_hold(hold.key).await;
        }
        self.give_up(checkout.request.cart, order).await;
        if let Some(row) = row {
            checkout.repeats(&row)?;
        }
        if let Some(order) = self.live_order(checkout).await? {
            self.cart_has(checkout, order).await?;
        }
        Ok(None)
    }

    /// Locks the cart against changes; `false` if it is not the version that was read.
    pub(super) async fn hold_cart(&self, cart: &Cart, order: OrderId) -> Result<bool, OrderError> {
        let carts = &self.deps.carts;
        pass("checkout.hold_cart.before");
        let held = carts.hold(&SELF, cart.id, cart.version, order.0).await;
        pass("checkout.hold_cart.after");
        held.map_err(neighbours::cart)
    }

    pub(super) async fn hold(
        &self,
        checkout: &CheckoutRequest,
        draft: &Draft,
    ) -> Result<Reservation, OrderError> {
        let lines = draft.stock_lines();
        let mut key = keys::reservation(checkout.id, &lines);
        let now = self.env.now();
        let expiry = self.expiry(&checkout.request.method, draft.by_hand);
        let expires_at = now + expiry + self.settings.reservation_margin;
        for _ in 0..MAX_HOLDS {
            let request = ReservationRequest {
                key,
                lines: lines.clone(),
                expires_at,
            };
            let points = ["checkout.reserve.before", "checkout.reserve.after"];
            match step(points, self.deps.catalog.reserve(&SELF, request)).await {
                Ok(hold) if self.usable(&hold, now) => return Ok(hold),
                Ok(_) | Err(CatalogError::ReservationEnded) => key = keys::next_reservation(key),
                Err(error) => return Err(neighbours::catalog(error)),
            }
        }
        Err(OrderError::Unavailable(
            "this key's holds have all ended; use another key".to_owned(),
        ))
    }

    /// A reservation of an earlier try is usable while it leaves time to pay.
    fn usable(&self, hold: &Reservation, now: Time) -> bool {
        hold.state == ReservationState::Active
            && hold.expires_at - self.settings.reservation_margin > now
    }

    pub(super) fn expiry(&self, method: &Method, by_hand: bool) -> time::Duration {
        match method {
            // Nothing is waited for.
            Method::CashOnDelivery {} => self.settings.card_expiry,
            _ if by_hand => self.settings.transfer_expiry,
            Method::Pix {} => self.settings.pix_expiry,
            Method::Card { .. } | Method::SavedCard { .. } | Method::Paypal {} => {
                self.settings.card_expiry
            }
            Method::BankTransfer {} | Method::Whatsapp {} => self.settings.transfer_expiry,
        }
    }

    /// Releases a reservation that no order needs, before it expires.
    pub(super) async fn release_hold(&self, key: ReservationKey) {
        if let Err(error) = self.deps.catalog.release_reservation(&SELF, key).await {
            tracing::warn!(%key, %error, "a hold is left to end by itself");
        }
    }
}
