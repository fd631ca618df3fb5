//! Another attempt to pay an order that waits for its money.

use feira_kernel::{
    Actor, IdempotencyKey, ModuleError, StoreId,
    db::Change,
    idempotency::{self, Keyed},
    validate::Fields,
};
use feira_payment::{Method, Payment};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use serde::{Deserialize, Serialize};
use time::Duration;

use super::{Cause, Progress, progress};
use crate::{
    OrderError, OrderId,
    access::SELF,
    entities::{
        checkout::{self, Column},
        order,
    },
    keys,
    neighbours::payment_outcome,
    service::{Service, at_page, change},
    status::{CheckoutState, Illegal},
    validate,
};

/// Retries against concurrent changes of the order.
const MAX_ROUNDS: usize = 4;

impl Service {
    pub(crate) async fn retry_payment(
        &self,
        actor: &Actor,
        order: OrderId,
        key: String,
        method: Method,
    ) -> Result<Payment, OrderError> {
        let mut fields = Fields::default();
        validate::key(&mut fields, &key);
        validate::method(&mut fields, &method);
        fields.finish()?;
        let caller = self.of_buyer(actor, order).await?;
        let key = IdempotencyKey {
            route: format!("orders/{order}/payments"),
            key,
            fingerprint: keys::fingerprint(&method),
        };
        let keyed = key.by(caller);
        for _ in 0..MAX_ROUNDS {
            let at = self.progress(order).await?.ok_or(OrderError::NotFound)?;
            let known: Option<Known> = idempotency::earlier(&self.env, Some(&keyed)).await?;
            if let Some(Known::Refused { refused }) = &known {
                return Err(refused.clone());
            }
            match at.state {
                CheckoutState::Cancelling | CheckoutState::Cancelled => {
                    return Err(unpayable("cancelled"));
                }
                _ if known.is_some() => {
                    let advanced = self.advance_from(at, Cause::default()).await;
                    let advanced = self.kept_refusal(&keyed, advanced).await?;
                    return self.paid_by(order, advanced).await;
                }
                CheckoutState::Confirmed => return Err(unpayable("paid")),
                _ if at.expires_at <= self.env.now() => return Err(unpayable("expired")),
                CheckoutState::Awaiting => {}
                // The current attempt's outcome is not known yet: first that one. If it is refused,
                // the order waits for another.
                CheckoutState::Paying => match self.advance_from(at, Cause::default()).await {
                    Ok(_) => continue,
                    Err(error) if is_refusal(&error) => continue,
                    Err(error) => return Err(error),
                },
            }
            let stores: Vec<StoreId> = at.parts.iter().map(|part| part.store).collect();
            self.open(stores.clone()).await?;
            // What is saved is used by its owner alone, whoever else may pay the order.
            let payer = at.user.filter(|user| actor.user() == Some(*user));
            let by_hand = self
                .payable(&method, at.total, stores, payer)
                .await?
                .by_hand;
            if let Some(captured) = self.end_current(&at).await? {
                return self.paid_by(order, Some(captured)).await;
            }
            let lasts = self.expiry(&method, by_hand);
            match self.next_attempt(&at, &keyed, (&method, lasts)).await {
                Ok(true) => {
                    let advanced = self.advance(order, Cause::default()).await;
                    let advanced = self.kept_refusal(&keyed, advanced).await?;
                    return self.paid_by(order, advanced).await;
                }
                Ok(false) | Err(OrderError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Err(OrderError::Conflict)
    }

    /// An attempt that was refused for good has no payment: the refusal is what its key answers from then on.
    async fn kept_refusal(
        &self,
        keyed: &Keyed,
        advanced: Result<Option<Payment>, OrderError>,
    ) -> Result<Option<Payment>, OrderError> {
        if let Err(refused) = &advanced
            && is_refusal(refused)
        {
            let known = Known::Refused {
                refused: refused.clone(),
            };
            idempotency::finish(self.env.pool.write(), keyed, &known).await?;
        }
        advanced
    }

    /// Refused if one of the stores cannot be bought from any more.
    async fn open(&self, stores: Vec<StoreId>) -> Result<(), OrderError> {
        let found = self.deps.stores.stores(&SELF, stores).await;
        let found = found.map_err(OrderError::from_neighbour)?;
        match found.iter().find(|store| !store.status.is_purchasable()) {
            Some(store) => Err(OrderError::StoreClosed { store: store.id }),
            None => Ok(()),
        }
    }

    /// The result of the attempt. The order is read after the payment, because one that was cancelled
    /// meanwhile cannot be paid.
    async fn paid_by(
        &self,
        order: OrderId,
        payment: Option<Payment>,
    ) -> Result<Payment, OrderError> {
        let payment = match payment {
            Some(payment) => payment,
            // The only attempt was refused.
            None => self
                .leading_payment(order)
                .await?
                .ok_or(OrderError::NotPayable)?,
        };
        let at = self.progress(order).await?.ok_or(OrderError::NotFound)?;
        match at.state {
            CheckoutState::Cancelling | CheckoutState::Cancelled => Err(unpayable("cancelled")),
            CheckoutState::Paying | CheckoutState::Awaiting if at.expires_at <= self.env.now() => {
                Err(unpayable("expired"))
            }
            CheckoutState::Paying | CheckoutState::Awaiting | CheckoutState::Confirmed => {
                let owner = self.owner_of(order).await?.ok_or(OrderError::NotFound)?;
                Ok(at_page(payment, &self.pages_of(&owner)))
            }
        }
    }

    /// Cancels earlier attempts; if one was captured after all, no other is needed. Refused while a store has its part
    /// of one.
    async fn end_current(&self, at: &Progress) -> Result<Option<Payment>, OrderError> {
        for payment in self.attempts(at.order).await? {
            let payment = self.end_unpaid(payment).await?;
            if payment_outcome(&payment).is_secured() {
                let cause = Cause {
                    payment: Some(payment.id),
                    event: None,
                };
                self.advance(at.order, cause).await?;
                return Ok(Some(payment));
            }
        }
        Ok(None)
    }

    /// `false` if the checkout changed since this was decided, or the key has made an attempt meanwhile.
    async fn next_attempt(
        &self,
        at: &Progress,
        keyed: &Keyed,
        (method, lasts): (&Method, Duration),
    ) -> Result<bool, OrderError> {
        let due = self.env.now() + self.settings.checkout_stale_after;
        let json = serde_json::to_value(method).map_err(OrderError::defect)?;
        let now = self.env.now();
        if at.expires_at <= now {
            return Err(unpayable("expired"));
        }
        let ends = now + lasts;
        let input = (at.clone(), keyed.clone(), self.env.clone(), (json, due));
        self.env
            .pool
            .transaction(input, move |tx, (at, keyed, env, (method, due))| {
                Box::pin(async move {
                    change::lock(tx, at.order).await?;
                    let next = Known::Attempt(at.attempt + 1);
                    if idempotency::first(tx, &env, Some(&keyed), &next)
                        .await?
                        .is_some()
                    {
                        return Ok(false);
                    }
                    let paying = checkout::ActiveModel {
                        state: Set(CheckoutState::Paying),
                        attempt: Set(at.attempt + 1),
                        method: Set(Some(method)),
                        due_at: Set(Some(due)),
                        tries: Set(0),
                        ..Default::default()
                    };
                    let moved = progress::update(paying, env.now())
                        .filter(Column::Id.eq(at.checkout))
                        .filter(Column::State.eq(CheckoutState::Awaiting))
                        .filter(Column::Attempt.eq(at.attempt))
                        .run(&**tx)
                        .await?;
                    if moved == 0 {
                        return Err(OrderError::Conflict);
                    }
                    // It lasts as long as if the order were placed now: what is confirmed by people takes them days.
                    let longer = order::ActiveModel {
                        expires_at: Set(ends),
                        updated_at: Set(env.now()),
                        ..Default::default()
                    };
                    order::Entity::update_many()
                        .set(longer)
                        .filter(order::Column::Id.eq(at.order))
                        .filter(order::Column::ExpiresAt.lt(ends))
                        .run(&**tx)
                        .await?;
                    Ok(true)
                })
            })
            .await
    }
}

/// What a key has led to.
#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum Known {
    /// This attempt.
    Attempt(i32),
    /// One that could not be made.
    Refused { refused: OrderError },
}

/// Whether nothing was asked for: the buyer may try another way.
fn is_refusal(error: &OrderError) -> bool {
    matches!(
        error,
        OrderError::Invalid(_)
            | OrderError::NotPayable
            | OrderError::AmountNotPayable { .. }
            | OrderError::StoresNotPayable { .. }
    )
}

/// In which state of the order there is no other attempt.
fn unpayable(state: &'static str) -> OrderError {
    Illegal::new(state, "paid").into()
}
