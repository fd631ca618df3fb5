//! Towards a cancelled order: end it, give stock and money back.

use feira_catalog::{CatalogError, MovementReason, Restock};
use feira_kernel::{Actor, Time, audit, db::Change, idempotency::Keyed, outbox};
use feira_payment::{Payment, PaymentId};
use sea_orm::{ColumnTrait, QueryFilter, Set};
use serde_json::json;

use super::{Cause, Next, Progress, State, progress, step};
use crate::{
    OrderCancelled, OrderError, OrderId, Settlement,
    acts::ORDER_CANCELLED,
    entities::checkout,
    keys,
    neighbours::{self, ORDER, PaymentOutcome, payment_outcome},
    service::{
        Service,
        change::{self, Note},
    },
    status::{MoneyStep, Step},
};

/// Who ends an order, and on which state of the checkout that was decided.
#[derive(Clone)]
pub(crate) struct Ending {
    /// For the event and, without a text, for the history: `expired`, `buyer`, `out_of_stock`.
    pub(crate) code: &'static str,
    pub(crate) text: Option<String>,
    pub(crate) actor: Actor,
    /// Only while this attempt is the current one and the order is not confirmed.
    pub(crate) only_attempt: Option<i32>,
    /// When the sweeper comes to give back what was not given back by then.
    pub(crate) due: Time,
    /// A buyer's, who may repeat it.
    pub(crate) keyed: Option<Keyed>,
}

impl Service {
    /// The time to pay is over. A payment that was captured after all goes forward.
    pub(super) async fn expire(&self, at: &Progress, cause: Cause) -> Result<Next, OrderError> {
        for payment in self.attempts(at.order).await? {
            let payment = self.end_payment(payment).await?;
            if payment_outcome(payment.status) == PaymentOutcome::Captured {
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
        let ending = Ending {
            code,
            text: None,
            actor: ORDER.clone(),
            only_attempt: Some(at.attempt),
            due: self.env.now() + self.settings.checkout_stale_after,
            keyed: None,
        };
        self.cancel_order(at.order, ending).await?;
        Ok(Next::Again(payment))
    }

    /// The point of no return: the order is cancelled, and the giving back is written down as
    /// still to do. Nothing happens to an order that is cancelled already, nor to one that
    /// moved on from what the ending was decided on. Answers where its checkout was.
    pub(crate) async fn cancel_order(
        &self,
        order: OrderId,
        ending: Ending,
    ) -> Result<State, OrderError> {
        let points = ["checkout.cancel.before", "checkout.cancel.after"];
        step(points, self.write_cancel(order, ending)).await
    }

    async fn write_cancel(&self, order: OrderId, ending: Ending) -> Result<State, OrderError> {
        let input = (self.env.clone(), order, ending);
        self.env
            .pool
            .transaction(input, |tx, (env, id, ending)| {
                Box::pin(async move {
                    let order = change::lock_once(tx, &env, id, ending.keyed.as_ref()).await?;
                    let Some(mut order) = order else {
                        return Ok(State::Cancelling);
                    };
                    if matches!(order.checkout, State::Cancelling | State::Cancelled) {
                        return Ok(order.checkout);
                    }
                    let moved_on = ending.only_attempt.is_some_and(|attempt| {
                        order.attempt != attempt || order.checkout == State::Confirmed
                    });
                    if moved_on {
                        return Ok(order.checkout);
                    }
                    for part in &mut order.parts {
                        part.step(Step::Cancel)?;
                    }
                    let reason = ending.text.unwrap_or_else(|| ending.code.to_owned());
                    let note = Note::new(ending.actor.label(), Some(reason));
                    let version = change::save(tx, &env, &order, 1, &note).await?;
                    let cancelling = checkout::ActiveModel {
                        state: Set(State::Cancelling),
                        method: Set(None),
                        due_at: Set(Some(ending.due)),
                        tries: Set(0),
                        ..Default::default()
                    };
                    progress::update(cancelling, env.now())
                        .filter(checkout::Column::OrderId.eq(id))
                        .run(&**tx)
                        .await?;
                    let cancelled = OrderCancelled {
                        order: id,
                        version,
                        user: order.user,
                        parts: order.part_refs(),
                        reason: ending.code.to_owned(),
                    };
                    outbox::publish(tx, &env, &cancelled).await?;
                    // What time or a payment ended, nobody did.
                    if !matches!(ending.actor, Actor::System { .. }) {
                        let paid = order.parts.iter().any(|part| part.paid_at.is_some());
                        let details = json!({"paid": paid, "amount": paid.then_some(order.total)});
                        let who = &ending.actor;
                        audit::record(tx, &env, who, ORDER_CANCELLED, id.0, details).await?;
                    }
                    Ok(order.checkout)
                })
            })
            .await
    }

    /// Stock first, because nobody outside can delay it, and so the cart that comes back can be
    /// bought; then the money, which waits for no cart; then it is written down.
    pub(super) async fn give_back(&self, at: &Progress) -> Result<Next, OrderError> {
        self.give_stock_back(at).await?;
        let cart = self.give_cart_back(at).await;
        let mut returned = false;
        for payment in self.attempts(at.order).await? {
            returned |= self.return_money(at, payment).await?;
        }
        cart?;
        self.cancelled(at.order, returned).await?;
        Ok(Next::Rest(None))
    }

    /// What needs no provider: stock and cart.
    pub(crate) async fn give_goods_back(&self, at: &Progress) -> Result<(), OrderError> {
        self.give_stock_back(at).await?;
        self.give_cart_back(at).await
    }

    /// Nothing happens to the cart of an order that was paid: it is completed.
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
        match step(points, catalog.release_reservation(&ORDER, at.reservation)).await {
            Ok(()) => Ok(()),
            // It was sold already.
            Err(CatalogError::ReservationEnded) => {
                let restock = Restock {
                    key: keys::restock(at.order),
                    reservation: Some(at.reservation),
                    lines: at.lines.clone(),
                    reason: MovementReason::OrderCancelled,
                    reference: at.number.clone(),
                };
                let points = ["checkout.restock.before", "checkout.restock.after"];
                let back = step(points, catalog.restock(&ORDER, restock)).await;
                back.map_err(neighbours::catalog)
            }
            Err(error) => Err(neighbours::catalog(error)),
        }
    }

    /// Ends the payment, or refunds all of it; tells whether money went back. An outcome that is
    /// not certain yet is `Unavailable`, and asked for again later.
    pub(super) async fn return_money(
        &self,
        at: &Progress,
        payment: Payment,
    ) -> Result<bool, OrderError> {
        let payment = self.end_payment(payment).await?;
        match payment_outcome(payment.status) {
            PaymentOutcome::Open | PaymentOutcome::Over => Ok(false),
            PaymentOutcome::Returned => Ok(true),
            PaymentOutcome::Captured => self.refund_whole(at, payment.id).await,
        }
    }

    /// The payment as it is once nobody can pay it any more.
    pub(super) async fn end_payment(&self, payment: Payment) -> Result<Payment, OrderError> {
        if payment_outcome(payment.status) != PaymentOutcome::Open {
            return Ok(payment);
        }
        let points = ["checkout.end_payment.before", "checkout.end_payment.after"];
        let ended = step(points, self.deps.payments.cancel(&ORDER, payment.id)).await;
        let ended = ended.map_err(neighbours::payment)?;
        if payment_outcome(ended.status) == PaymentOutcome::Open {
            let text = format!("payment {} cannot be ended yet", ended.id);
            return Err(OrderError::Unavailable(text));
        }
        Ok(ended)
    }

    /// Nothing of a cancelled order is left to give back. Also after a capture that came too late.
    pub(super) async fn cancelled(&self, order: OrderId, returned: bool) -> Result<(), OrderError> {
        let points = ["checkout.cancelled.before", "checkout.cancelled.after"];
        step(points, self.write_cancelled(order, returned)).await
    }

    async fn write_cancelled(&self, order: OrderId, returned: bool) -> Result<(), OrderError> {
        let input = (self.env.clone(), order, returned);
        self.env
            .pool
            .transaction(input, |tx, (env, id, returned)| {
                Box::pin(async move {
                    let Some(mut order) = change::lock(tx, id).await? else {
                        return Err(OrderError::NotFound);
                    };
                    let refunded =
                        |part: &change::PartState| part.state.settlement == Settlement::Refunded;
                    if returned && !order.parts.iter().all(refunded) {
                        for part in &mut order.parts {
                            part.settle(MoneyStep::RefundAll)?;
                        }
                        change::save(tx, &env, &order, 1, &Note::order(Some("refunded"))).await?;
                    }
                    let cancelled = checkout::ActiveModel {
                        state: Set(State::Cancelled),
                        due_at: Set(None),
                        ..Default::default()
                    };
                    progress::update(cancelled, env.now())
                        .filter(checkout::Column::OrderId.eq(id))
                        .filter(checkout::Column::State.eq(State::Cancelling))
                        .run(&**tx)
                        .await?;
                    Ok(())
                })
            })
            .await
    }
}
