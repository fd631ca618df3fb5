//! The steps to a confirmed order: pay, wait, commit the stock, close the cart, confirm.

use feira_cart::CartError;
use feira_catalog::{CatalogError, ReservationKey, ReservationRequest, ReservationState};
use feira_kernel::{
    db::{self, Change},
    outbox, values,
};
use feira_payment::{LegStatus, NextAction, Payment, PaymentError, StartPayment};
use sea_orm::{ColumnTrait, FromQueryResult, QueryFilter, Set};
use uuid::Uuid;

use super::{Cause, Next, Progress, in_part, pass, progress, step};
use crate::{
    CheckoutId, OrderError, PaymentAwaited, StoreOrderId,
    access::SELF,
    confirmation::Confirmation,
    entities::checkout::{self, Column},
    keys,
    neighbours::{self, PaymentOutcome, legs_before, parts_of_legs, payment_outcome},
    service::{Service, change},
    status::CheckoutState,
};

/// A checkout that waits.
#[derive(FromQueryResult)]
struct Waiting {
    id: CheckoutId,
}

impl Service {
    /// Starts the current payment attempt, or reads its result.
    pub(super) async fn pay(&self, at: &Progress, cause: Cause) -> Result<Next, OrderError> {
        let method = at.method.clone();
        let start = StartPayment {
            key: keys::payment(at.order, at.attempt),
            reference: feira_payment::Reference::new(at.order.0),
            description: at.number.clone(),
            payer: at.user,
            method: method.ok_or_else(|| {
                OrderError::Internal("an attempt to pay has no method".to_owned())
            })?,
            amount: at.total,
            splits: at.parts.clone(),
            expires_at: at.expires_at,
        };
        let points = ["checkout.pay.before", "checkout.pay.after"];
        let started = step(points, self.deps.payments.start(&SELF, start)).await;
        let payment = match started {
            // An earlier attempt was captured after all: use that one.
            Err(PaymentError::IllegalMove(_)) => {
                let paid = self.leading_payment(at.order).await?;
                paid.ok_or_else(|| OrderError::Internal("a payment is missing".to_owned()))?
            }
            // Refused for good, and nothing was asked for: the buyer may try another way.
            Err(
                refused @ (PaymentError::Invalid(_)
                | PaymentError::NotOffered
                | PaymentError::StoresCannotReceive(_)
                | PaymentError::AmountNotAccepted { .. }),
            ) => {
                self.wait(at, None).await?;
                return match cause.payment {
                    // Another payment is what this is about.
                    Some(_) => Ok(Next::Repeat(None)),
                    None => Err(neighbours::payment(refused)),
                };
            }
            other => other.map_err(neighbours::payment)?,
        };
        if payment_outcome(&payment).is_secured() {
            return self.fulfil(at, payment, cause).await;
        }
        // A second payment that an event told of is settled once this one waits.
        if self.wait(at, Some(&payment)).await? {
            match cause.payment {
                Some(told) if told != payment.id => Ok(Next::Repeat(None)),
                _ => Ok(Next::Done(Some(Box::new(payment)))),
            }
        } else {
            Ok(Next::Repeat(Some(payment.id)))
        }
    }

    /// Commits without waiting for the disk: if it is lost, the same payment is asked for again. If the
    /// payer is to act, that is told with it.
    async fn wait(&self, at: &Progress, payment: Option<&Payment>) -> Result<bool, OrderError> {
        pass("checkout.wait.before");
        let legs = payment.map_or(&[][..], legs_before);
        let open = parts_of_legs(legs, LegStatus::Open);
        let mut to_stores = at.store_order_refs();
        to_stores.retain(|part| open.contains(&part.store_order));
        let awaited = PaymentAwaited {
            order: at.order,
            // Nothing changes an order before it is paid or ends.
            version: 1,
            user: at.user,
            attempt: at.attempt,
            to_stores,
        };
        let asked = payment.map(|payment| &payment.next_action);
        let publishes = asked.is_some_and(|asked| *asked != NextAction::None {});
        let events = match publishes {
            true => vec![outbox::record(&self.env, &awaited)?],
            false => Vec::new(),
        };
        let waiting = db::Single {
            sql: include_str!("../sql/await_payment.sql"),
            values: values![
                at.checkout,
                at.attempt,
                self.env.now(),
                at.expires_at,
                db::recordset(&events)?
            ],
            publishes,
        };
        let written: Vec<Waiting> = self.env.pool.single(waiting).await?;
        pass("checkout.wait.after");
        Ok(written.iter().any(|one| one.id == at.checkout))
    }

    /// A payment changed, or the time to pay is over.
    pub(super) async fn check_payment(
        &self,
        at: &Progress,
        cause: Cause,
    ) -> Result<Next, OrderError> {
        let payment = match cause.payment {
            Some(id) => Some(self.payment_by_id(id).await?),
            None => self.leading_payment(at.order).await?,
        };
        match payment {
            Some(payment) if payment_outcome(&payment).is_secured() => {
                self.fulfil(at, payment, cause).await
            }
            _ if at.expires_at <= self.env.now() => self.expire(at, cause).await,
            payment => Ok(Next::Done(payment.map(Box::new))),
        }
    }

    /// The payment is captured, or made on delivery: complete the order, or refund it.
    pub(super) async fn fulfil(
        &self,
        at: &Progress,
        payment: Payment,
        cause: Cause,
    ) -> Result<Next, OrderError> {
        let points = [
            "checkout.commit_stock.before",
            "checkout.commit_stock.after",
        ];
        let catalog = &self.deps.catalog;
        match step(points, catalog.commit_reservation(&SELF, at.reservation)).await {
            Ok(_) => {}
            Err(CatalogError::ReservationEnded) => {
                return self.hold_again(at, &payment).await;
            }
            Err(error) => return Err(neighbours::catalog(error)),
        }
        let points = ["checkout.close_cart.before", "checkout.close_cart.after"];
        let bought = (!at.cart_held).then(|| at.lines.clone());
        let carts = &self.deps.carts;
        let closing = carts.close(&SELF, at.cart, at.order.0, bought);
        match step(points, closing).await {
            Ok(()) => {}
            // A cart that cannot be closed does not delay a paid order.
            Err(error @ (CartError::NotFound | CartError::Closed)) => {
                tracing::warn!(order = %at.order, %error, "the cart of a paid order cannot be closed");
            }
            Err(error) => return Err(neighbours::cart(error)),
        }
        let unpaid = parts_of_legs(legs_before(&payment), LegStatus::Unpaid);
        if !unpaid.is_empty() {
            return self.confirm_in_part(at, payment, unpaid).await;
        }
        let points = ["checkout.confirm.before", "checkout.confirm.after"];
        match step(points, self.confirm(at, &payment, cause.event)).await? {
            Some(1) => Ok(Next::Done(Some(Box::new(payment)))),
            // Another attempt may be open, or another worker confirmed it.
            Some(_) | None => Ok(Next::Repeat(Some(payment.id))),
        }
    }

    /// The hold expired before the capture: reserve again, or cancel and refund if the stock is gone. What is not paid
    /// beside it is not reserved, so that it keeps nobody from what she paid.
    async fn hold_again(&self, at: &Progress, payment: &Payment) -> Result<Next, OrderError> {
        let next = keys::next_reservation(at.reservation);
        let unpaid = parts_of_legs(legs_before(payment), LegStatus::Unpaid);
        let request = ReservationRequest {
            key: next,
            lines: self.lines_beside(at, &unpaid).await?,
            expires_at: self.env.now() + self.settings.reservation_margin,
        };
        match self.deps.catalog.reserve(&SELF, request).await {
            Ok(hold) if hold.state == ReservationState::Active => {}
            // Another worker made and ended it under the same derived key.
            Ok(_) | Err(CatalogError::ReservationEnded) => {}
            Err(CatalogError::OutOfStock(_) | CatalogError::NotFound) => {
                tracing::warn!(order = %at.order, "paid too late: the stock is gone; the money goes back");
                return self.end(at, "out_of_stock", Some(payment.id)).await;
            }
            Err(error) => return Err(neighbours::catalog(error)),
        }
        if !self.take_hold(at, next, unpaid).await? {
            self.release_hold(next).await;
        }
        Ok(Next::Repeat(Some(payment.id)))
    }

    /// Of what is not in the hold nothing goes back into the stock.
    async fn take_hold(
        &self,
        at: &Progress,
        next: ReservationKey,
        unpaid: Vec<StoreOrderId>,
    ) -> Result<bool, OrderError> {
        let input = (at.clone(), self.env.now(), unpaid);
        self.env
            .pool
            .transaction(input, move |tx, (at, now, unpaid)| {
                Box::pin(async move {
                    change::lock(tx, at.order).await?;
                    let held = checkout::ActiveModel {
                        reservation: Set(next),
                        ..Default::default()
                    };
                    let open = [CheckoutState::Paying, CheckoutState::Awaiting];
                    let written = progress::update(held, now)
                        .filter(Column::Id.eq(at.checkout))
                        .filter(Column::State.is_in(open))
                        .filter(Column::Reservation.is_in([at.reservation, next]))
                        .run(&**tx)
                        .await?;
                    if written == 1 {
                        in_part::decide(tx, now, (unpaid, false)).await?;
                    }
                    Ok(written == 1)
                })
            })
            .await
    }

    /// The attempt that the checkout was at; `None` if it was neither paying nor awaiting. The state
    /// makes this idempotent: a redelivered event that finds the order confirmed needs no inbox row.
    pub(super) async fn confirm(
        &self,
        at: &Progress,
        payment: &Payment,
        event: Option<(&'static str, Uuid)>,
    ) -> Result<Option<i32>, OrderError> {
        let confirmation = Confirmation {
            order: at.order,
            user: at.user,
            parts: at.store_order_refs(),
            payment: payment.id,
            on_delivery: payment_outcome(payment) == PaymentOutcome::Agreed,
            event,
        };
        self.confirmations.submit(confirmation).await
    }
}
