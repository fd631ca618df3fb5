//! The compensation of a checkout: once the order is cancelled, return stock, cart and money.

use feira_catalog::{CatalogError, MovementReason, Restock, StockLine};
use feira_kernel::db::{Change, Find};
use feira_payment::{LegStatus, Payment, PaymentError, PaymentId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use super::{Cancellation, Cause, MoneyBack, Next, Progress, progress, step};
use crate::{
    OrderError, OrderId, Settlement, StoreOrderId,
    access::SELF,
    entities::{checkout, store_order},
    keys,
    neighbours::{self, PaymentOutcome, parts_of_legs, payment_outcome},
    service::{
        Service,
        change::{self, HistoryNote},
    },
    status::{CheckoutState, Illegal, MoneyStep},
};

const END_PAYMENT: [&str; 2] = ["checkout.end_payment.before", "checkout.end_payment.after"];

impl Service {
    /// The time to pay is over. If a payment was captured after all, the order is fulfilled instead.
    pub(super) async fn expire(&self, at: &Progress, cause: Cause) -> Result<Next, OrderError> {
        for payment in self.attempts(at.order).await? {
            let payment = self.end_payment(payment).await?;
            if payment_outcome(&payment).is_secured() {
                return self.fulfil(at, payment, cause).await;
            }
        }
        self.end(at, "expired", None).await
    }

    pub(super) async fn end(
        &self,
        at: &Progress,
        code: &'static str,
        payment: Option<PaymentId>,
    ) -> Result<Next, OrderError> {
        let cancellation = Cancellation {
            code,
            text: None,
            actor: SELF.clone(),
            only_attempt: Some(at.attempt),
            due: self.env.now() + self.settings.checkout_stale_after,
            keyed: None,
        };
        self.cancel_order(at.order, cancellation).await?;
        Ok(Next::Repeat(payment))
    }

    /// Stock first: it needs no provider, and the returned cart can be bought again. A failure with
    /// the cart does not delay the refund.
    pub(super) async fn give_back(&self, at: &Progress) -> Result<Next, OrderError> {
        self.give_stock_back(at).await?;
        let cart = self.give_cart_back(at).await;
        let (mut returned, mut waits, mut to_stores) = (false, false, false);
        for payment in self.attempts(at.order).await? {
            to_stores |= !payment.legs.is_empty();
            let back = self.return_money(at, payment).await?;
            returned |= back == MoneyBack::Returned;
            waits |= back == MoneyBack::Waits;
        }
        cart?;
        if waits {
            self.look_later(at.order).await?;
            return Ok(Next::Done(None));
        }
        self.cancelled(at.order, (returned, to_stores)).await?;
        Ok(Next::Done(None))
    }

    /// Returns stock and cart, which needs no provider.
    pub(crate) async fn give_goods_back(&self, at: &Progress) -> Result<(), OrderError> {
        self.give_stock_back(at).await?;
        self.give_cart_back(at).await
    }

    /// The cart of a paid order is completed already and stays so.
    async fn give_cart_back(&self, at: &Progress) -> Result<(), OrderError> {
        match at.cart_held {
            true => self.release_cart(at.cart, at.order).await,
            false => Ok(()),
        }
    }

    async fn give_stock_back(&self, at: &Progress) -> Result<(), OrderError> {
        let catalog = &self.deps.catalog;
        let points = [
            "checkout.release_stock.before",
            "checkout.release_stock.after",
        ];
        match step(points, catalog.release_reservation(&SELF, at.reservation)).await {
            Ok(()) => Ok(()),
            // The reservation was committed already.
            Err(CatalogError::ReservationEnded) => {
                let lines = self.lines_to_put_back(at).await?;
                if lines.is_empty() {
                    return Ok(());
                }
                let restock = Restock {
                    key: keys::restock(at.order),
                    reservation: Some(at.reservation),
                    lines,
                    reason: MovementReason::OrderCancelled,
                    reference: at.number.clone(),
                };
                let points = ["checkout.restock.before", "checkout.restock.after"];
                let back = step(points, catalog.restock(&SELF, restock)).await;
                back.map_err(neighbours::catalog)
            }
            Err(error) => Err(neighbours::catalog(error)),
        }
    }

    /// All but those of parts of which that was decided before, what came back, or was not paid when others were. What
    /// goes back of these goes first, and under the key of its part, because it may be back already.
    async fn lines_to_put_back(&self, at: &Progress) -> Result<Vec<StockLine>, OrderError> {
        let decided = store_order::Entity::find()
            .filter(store_order::Column::OrderId.eq(at.order))
            .filter(store_order::Column::Settlement.ne(Settlement::Paid))
            .filter(store_order::Column::Restocks.is_not_null())
            .rows(self.env.pool.read())
            .await?;
        if decided.is_empty() {
            return Ok(at.lines.clone());
        }
        for row in decided.iter().filter(|row| row.restocks == Some(true)) {
            self.put_back(row).await?;
        }
        let decided: Vec<StoreOrderId> = decided.iter().map(|row| row.id).collect();
        self.lines_beside(at, &decided).await
    }

    /// Cancels or refunds the payment. An unknown outcome is `Unavailable` and tried again later.
    pub(super) async fn return_money(
        &self,
        at: &Progress,
        payment: Payment,
    ) -> Result<MoneyBack, OrderError> {
        let payment = match payment_outcome(&payment) {
            // Nobody pays on delivery any more; what a store has is captured by that.
            PaymentOutcome::Agreed => self.ended(payment.id).await?,
            _ => self.end_payment(payment).await?,
        };
        match payment_outcome(&payment) {
            PaymentOutcome::Open | PaymentOutcome::Agreed | PaymentOutcome::Over => {
                Ok(MoneyBack::Nothing)
            }
            PaymentOutcome::Returned => Ok(MoneyBack::Returned),
            PaymentOutcome::Captured if !payment.legs.is_empty() => {
                self.refund_legs(at, &payment).await
            }
            PaymentOutcome::Captured => self.refund_whole(at, payment.id).await,
        }
    }

    /// Cancels an open payment and returns it in its final state.
    pub(super) async fn end_payment(&self, payment: Payment) -> Result<Payment, OrderError> {
        match payment_outcome(&payment) {
            PaymentOutcome::Open => self.ended(payment.id).await,
            _ => Ok(payment),
        }
    }

    /// The same for another attempt: refused while a store has its part, which would have to go back by hand.
    pub(super) async fn end_unpaid(&self, payment: Payment) -> Result<Payment, OrderError> {
        if payment_outcome(&payment) != PaymentOutcome::Open {
            return Ok(payment);
        }
        let ended = self.deps.payments.cancel_unpaid(&SELF, payment.id);
        let ended = step(END_PAYMENT, ended).await;
        is_ended(ended.map_err(|error| match error {
            PaymentError::LegMove(_) => Illegal::new("paid_in_part", "paid").into(),
            other => neighbours::payment(other),
        })?)
    }

    async fn ended(&self, payment: PaymentId) -> Result<Payment, OrderError> {
        let ended = self.deps.payments.cancel(&SELF, payment);
        let ended = step(END_PAYMENT, ended).await;
        is_ended(ended.map_err(neighbours::payment)?)
    }

    /// All compensation is done; also called after the refund of a late capture. Whether money went back, and whether
    /// stores were to be paid themselves.
    pub(super) async fn cancelled(
        &self,
        order: OrderId,
        (returned, to_stores): (bool, bool),
    ) -> Result<(), OrderError> {
        let points = ["checkout.cancelled.before", "checkout.cancelled.after"];
        let never_paid = match returned && to_stores {
            true => self.never_paid(order).await?,
            false => Vec::new(),
        };
        let writing = self.write_cancelled(order, returned, never_paid);
        step(points, writing).await
    }

    /// Parts whose stores were to be paid themselves, and were not: no money of them went back.
    async fn never_paid(&self, order: OrderId) -> Result<Vec<StoreOrderId>, OrderError> {
        let (mut paid, mut unpaid) = (Vec::new(), Vec::new());
        for payment in self.attempts(order).await? {
            if payment.legs.is_empty() && payment_outcome(&payment) == PaymentOutcome::Returned {
                return Ok(Vec::new());
            }
            paid.extend(parts_of_legs(&payment.legs, LegStatus::Paid));
            unpaid.extend(parts_of_legs(&payment.legs, LegStatus::Unpaid));
        }
        unpaid.retain(|part| !paid.contains(part));
        Ok(unpaid)
    }

    async fn write_cancelled(
        &self,
        order: OrderId,
        returned: bool,
        never_paid: Vec<StoreOrderId>,
    ) -> Result<(), OrderError> {
        let input = (self.env.clone(), order, (returned, never_paid));
        self.env
            .pool
            .transaction(input, |tx, (env, id, (returned, never_paid))| {
                Box::pin(async move {
                    let Some(mut order) = change::lock(tx, id).await? else {
                        return Err(OrderError::NotFound);
                    };
                    let refunded = |part: &change::LockedStoreOrder| {
                        part.state.settlement == Settlement::Refunded
                            || never_paid.contains(&part.id)
                    };
                    if returned && !order.parts.iter().all(refunded) {
                        for part in order.parts.iter_mut().filter(|part| !refunded(part)) {
                            part.settle(MoneyStep::RefundAll)?;
                        }
                        change::save(tx, &env, &order, 1, &HistoryNote::order(Some("refunded")))
                            .await?;
                    }
                    let cancelled = checkout::ActiveModel {
                        state: Set(CheckoutState::Cancelled),
                        due_at: Set(None),
                        ..Default::default()
                    };
                    progress::update(cancelled, env.now())
                        .filter(checkout::Column::OrderId.eq(id))
                        .filter(checkout::Column::State.eq(CheckoutState::Cancelling))
                        .run(&**tx)
                        .await?;
                    Ok(())
                })
            })
            .await
    }
}

fn is_ended(payment: Payment) -> Result<Payment, OrderError> {
    let open = [PaymentOutcome::Open, PaymentOutcome::Agreed];
    if open.contains(&payment_outcome(&payment)) {
        let text = format!("payment {} cannot be ended yet", payment.id);
        return Err(OrderError::Unavailable(text));
    }
    Ok(payment)
}
