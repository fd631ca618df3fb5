//! Cancelling an order, from which on its checkout goes backward.

use feira_kernel::{Actor, Time, audit, db::Change, idempotency::Keyed, outbox};
use sea_orm::{ColumnTrait, QueryFilter, Set};
use serde_json::json;

use super::{progress, step};
use crate::{
    OrderCancelled, OrderError, OrderId, Settlement,
    acts::ORDER_CANCELLED,
    entities::checkout,
    service::{
        Service,
        change::{self, HistoryNote},
    },
    status::{CheckoutState, MoneyStep, Step},
};

/// Who cancels an order, why, and on which state of the checkout that was decided.
#[derive(Clone)]
pub(crate) struct Cancellation {
    /// For the event and, without a text, for the history: `expired`, `buyer`, `out_of_stock`.
    pub(crate) code: &'static str,
    pub(crate) text: Option<String>,
    pub(crate) actor: Actor,
    /// Only while this attempt is the current one and the order is not confirmed.
    pub(crate) only_attempt: Option<i32>,
    /// When the sweeper returns what was not returned by then.
    pub(crate) due: Time,
    /// The key of a buyer's command.
    pub(crate) keyed: Option<Keyed>,
}

impl Service {
    /// The point of no return: one transaction cancels the order and makes the compensation due.
    /// Changes nothing if the order is cancelled already, or is not in the state that the decision
    /// was made on. Returns the state of the checkout before.
    pub(crate) async fn cancel_order(
        &self,
        order: OrderId,
        cancellation: Cancellation,
    ) -> Result<CheckoutState, OrderError> {
        let points = ["checkout.cancel.before", "checkout.cancel.after"];
        step(points, self.write_cancel(order, cancellation)).await
    }

    async fn write_cancel(
        &self,
        order: OrderId,
        cancellation: Cancellation,
    ) -> Result<CheckoutState, OrderError> {
        let input = (self.env.clone(), order, cancellation);
        self.env
            .pool
            .transaction(input, |tx, (env, id, cancellation)| {
                Box::pin(async move {
                    let order =
                        change::lock_once(tx, &env, id, cancellation.keyed.as_ref()).await?;
                    let Some(mut order) = order else {
                        return Ok(CheckoutState::Cancelling);
                    };
                    if matches!(
                        order.checkout,
                        CheckoutState::Cancelling | CheckoutState::Cancelled
                    ) {
                        return Ok(order.checkout);
                    }
                    let moved_on = cancellation.only_attempt.is_some_and(|attempt| {
                        order.attempt != attempt || order.checkout == CheckoutState::Confirmed
                    });
                    if moved_on {
                        return Ok(order.checkout);
                    }
                    // What nobody has, and nobody paid, has ended already.
                    for part in order.parts.iter_mut().filter(|part| !part.state.is_gone()) {
                        part.step(Step::Cancel)?;
                        if part.state.settlement == Settlement::OnDelivery {
                            part.settle(MoneyStep::GiveUp)?;
                        }
                    }
                    let reason = cancellation
                        .text
                        .unwrap_or_else(|| cancellation.code.to_owned());
                    let note = HistoryNote::new(cancellation.actor.label(), Some(reason));
                    let version = change::save(tx, &env, &order, 1, &note).await?;
                    let cancelling = checkout::ActiveModel {
                        state: Set(CheckoutState::Cancelling),
                        method: Set(None),
                        due_at: Set(Some(cancellation.due)),
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
                        parts: order.store_order_refs(),
                        reason: cancellation.code.to_owned(),
                    };
                    outbox::publish(tx, &env, &cancelled).await?;
                    // Expiry and late payments are not acts of a person.
                    if !matches!(cancellation.actor, Actor::System { .. }) {
                        let paid = order.parts.iter().any(|part| part.paid_at.is_some());
                        let details = json!({"paid": paid, "amount": paid.then_some(order.total)});
                        let who = &cancellation.actor;
                        audit::record(tx, &env, who, ORDER_CANCELLED, id.0, details).await?;
                    }
                    Ok(order.checkout)
                })
            })
            .await
    }
}
