//! The steps before there is an order: the cart held as it is, then stock under a derived key.

use feira_cart::{Cart, CartId};
use feira_catalog::{
    CatalogError, Reservation, ReservationKey, ReservationRequest, ReservationState,
};
use feira_kernel::{ErrorKind, ModuleError, Time};
use feira_payment::Method;

use super::{Progress, State, draft::Draft, pass, request::CheckoutRequest, step};
use crate::{
    OrderError, OrderId, keys,
    neighbours::{self, ORDER},
    service::Service,
};

/// A hold that ended under its key is tried anew under a next one, so often.
const HOLDS: usize = 4;

impl Service {
    /// The id of the order to be: a new one, or the one that the cart is held for already, by a
    /// try that died or is about to place it. However many go on from there, one order has the id.
    /// `None`: look again.
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
            // It has ended, and the cart is on its way back.
            State::Cancelling | State::Cancelled => {
                self.give_goods_back(&at).await?;
            }
            State::Paying | State::Awaiting | State::Confirmed => {
                self.cart_has(checkout, order).await?;
            }
        }
        Ok(None)
    }

    /// Of a try that is refused for good; one that may succeed when it is repeated leaves the cart
    /// to its repeat.
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
            // It is this cart's own order that has it.
            self.cart_has(checkout, order).await?;
            return Ok(None);
        }
        Err(error)
    }

    /// There is an order already, or the id was given up by another try. What was held for this one
    /// goes back, also when the key is another request's; but its order may have the same hold.
    pub(super) async fn taken(
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
            self.let_go(hold.key).await;
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

    /// From here on nobody changes the cart. `false` if it is not as it was read.
    pub(super) async fn hold_cart(&self, cart: &Cart, order: OrderId) -> Result<bool, OrderError> {
        let carts = &self.deps.carts;
        pass("checkout.hold_cart.before");
        let held = carts.hold(&ORDER, cart.id, cart.version, order.0).await;
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
        let expires_at =
            now + self.expiry(&checkout.request.method) + self.settings.reservation_margin;
        for _ in 0..HOLDS {
            let request = ReservationRequest {
                key,
                lines: lines.clone(),
                expires_at,
            };
            let points = ["checkout.reserve.before", "checkout.reserve.after"];
            match step(points, self.deps.catalog.reserve(&ORDER, request)).await {
                Ok(hold) if self.usable(&hold, now) => return Ok(hold),
                Ok(_) | Err(CatalogError::ReservationEnded) => key = keys::next_reservation(key),
                Err(error) => return Err(neighbours::catalog(error)),
            }
        }
        Err(OrderError::Unavailable(
            "this key's holds have all ended; use another key".to_owned(),
        ))
    }

    /// A hold of an earlier try is as good as new while it leaves time to pay.
    fn usable(&self, hold: &Reservation, now: Time) -> bool {
        hold.state == ReservationState::Active
            && hold.expires_at - self.settings.reservation_margin > now
    }

    pub(super) fn expiry(&self, method: &Method) -> time::Duration {
        match method {
            Method::Pix {} => self.settings.pix_expiry,
            Method::Card { .. } => self.settings.card_expiry,
        }
    }

    /// Gives a hold back that no order needs; it would end by itself, only later.
    pub(super) async fn let_go(&self, key: ReservationKey) {
        if let Err(error) = self.deps.catalog.release_reservation(&ORDER, key).await {
            tracing::warn!(%key, %error, "a hold is left to end by itself");
        }
    }
}
