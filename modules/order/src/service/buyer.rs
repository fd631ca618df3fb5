//! What a buyer does with her order.

use feira_kernel::{Actor, IdempotencyKey, outbox};

use super::{
    Service,
    change::{self, HistoryNote},
};
use crate::{
    Fulfilment, Order, OrderError, OrderId, StoreOrderDelivered, access,
    checkout::{Cancellation, Cause},
    status::{CheckoutState, Illegal, Step},
    validate,
};

impl Service {
    /// Whose her keys are, if she is the order's buyer.
    pub(crate) async fn of_buyer(&self, actor: &Actor, id: OrderId) -> Result<String, OrderError> {
        let owner = self.owner_of(id).await?.ok_or(OrderError::NotFound)?;
        if self.owns(actor, &owner).await? {
            Ok(access::caller(&owner))
        } else {
            Err(OrderError::NotFound)
        }
    }

    /// Final at once, so it is refused before if the money could not go back. The sweeper refunds the
    /// payment, so that the buyer does not wait for the provider; the cart of an unpaid order is returned
    /// before the answer.
    pub(crate) async fn cancel(
        &self,
        actor: &Actor,
        id: OrderId,
        reason: String,
        key: Option<IdempotencyKey>,
    ) -> Result<Order, OrderError> {
        let text = validate::reason(&reason)?;
        let caller = self.of_buyer(actor, id).await?;
        self.refundable(id).await?;
        let cancellation = Cancellation {
            code: "buyer",
            text,
            actor: actor.clone(),
            only_attempt: None,
            due: self.env.now(),
            keyed: key.map(|key| key.by(caller)),
        };
        let before = self.cancel_order(id, cancellation).await?;
        if let Err(error) = self.give_goods_back_now(id, before).await {
            tracing::warn!(order = %id, %error, "what goes back is left to the sweeper");
        }
        let order = self.order(actor, id).await?;
        let ended = matches!(before, CheckoutState::Cancelling | CheckoutState::Cancelled);
        let mut payment = order.payment.iter();
        if ended || payment.all(|payment| payment.legs.is_empty()) {
            return Ok(order);
        }
        // What stores are paid themselves needs no provider.
        if let Err(error) = self.advance(id, Cause::default()).await {
            tracing::warn!(order = %id, %error, "what goes back is left to the sweeper");
        }
        self.order(actor, id).await
    }

    /// Stock and cart of what was not paid.
    async fn give_goods_back_now(
        &self,
        id: OrderId,
        before: CheckoutState,
    ) -> Result<(), OrderError> {
        if matches!(before, CheckoutState::Paying | CheckoutState::Awaiting)
            && let Some(at) = self.progress(id).await?
        {
            self.give_goods_back(&at).await?;
        }
        Ok(())
    }

    /// Confirms the delivery of all shipped store orders.
    pub(crate) async fn confirm_delivery(
        &self,
        actor: &Actor,
        id: OrderId,
        key: Option<IdempotencyKey>,
    ) -> Result<Order, OrderError> {
        let caller = self.of_buyer(actor, id).await?;
        let ends = self.env.now() + self.settings.return_window;
        let by = (actor.label(), key.map(|key| key.by(caller)));
        let input = (self.env.clone(), id, by, ends);
        let done: Result<(), OrderError> = self
            .env
            .pool
            .transaction(input, |tx, (env, id, (actor, keyed), ends)| {
                Box::pin(async move {
                    let order = change::lock_once(tx, &env, id, keyed.as_ref()).await?;
                    let Some(mut order) = order else {
                        return Ok(());
                    };
                    let mut arrived = Vec::new();
                    for part in &mut order.parts {
                        if part.state.fulfilment == Fulfilment::Shipped {
                            part.step(Step::Deliver)?;
                            part.return_window_ends_at = Some(ends);
                            arrived.push(part.as_ref());
                        }
                    }
                    if arrived.is_empty() {
                        let already = order.parts.iter().find(|part| part.has_arrived());
                        let first = order.parts.first().map(|p| p.state.fulfilment.as_str());
                        return match already {
                            Some(_) => Ok(()),
                            None => {
                                Err(Illegal::new(first.unwrap_or_default(), "delivered").into())
                            }
                        };
                    }
                    let events = i64::try_from(arrived.len()).unwrap_or(1);
                    let note = HistoryNote::new(actor, None);
                    let first = change::save(tx, &env, &order, events, &note).await?;
                    for (part, version) in arrived.into_iter().zip(first..) {
                        let delivered = StoreOrderDelivered {
                            order: id,
                            version,
                            user: order.user,
                            part,
                        };
                        outbox::publish(tx, &env, &delivered).await?;
                    }
                    Ok(())
                })
            })
            .await;
        done?;
        self.order(actor, id).await
    }
}

impl change::LockedStoreOrder {
    fn has_arrived(&self) -> bool {
        matches!(
            self.state.fulfilment,
            Fulfilment::Delivered | Fulfilment::Returned
        )
    }
}
