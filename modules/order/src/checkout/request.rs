//! The checkout command: the same caller and key always lead to the same order.

use feira_cart::{Cart, CartError, CartOwner, Problem};
use feira_catalog::ReservationKey;
use feira_kernel::{
    Actor, ErrorKind as K, IdempotencyKey, ModuleError, UserId,
    db::{self, Find},
    idempotency::Keyed,
};
use feira_payment::Payment;
use feira_user::UserStatus;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::Serialize;

use super::{Cause, Progress, draft::Draft};
use crate::{
    Checkout, CheckoutId, Order, OrderError, OrderId, OrderStatus, Placed,
    access::{self, SELF},
    entities::{checkout, order},
    keys, neighbours,
    placement::PlaceError,
    service::{Document, Service, at_page},
    validate,
};

/// Retries against concurrent changes of the cart: one to lose it to another try, one to wait for that
/// try, and the same again if it is refused.
const MAX_ROUNDS: usize = 8;

/// The recipient of messages.
pub(super) struct Buyer {
    pub(super) user: Option<UserId>,
    pub(super) email: String,
    pub(super) locale: String,
}

/// What one buyer asked for, before anything is written.
pub(super) struct CheckoutRequest {
    pub(super) id: CheckoutId,
    pub(super) owner: CartOwner,
    pub(super) keyed: Keyed,
    /// Of the request as it was sent, as the row of an earlier try has it.
    pub(super) fingerprint: String,
    pub(super) request: Checkout,
}

/// What a key has led to, as it is written beside it.
#[derive(Debug, Serialize)]
pub(super) struct ExistingCheckout {
    pub(super) order: OrderId,
    pub(super) reservation: ReservationKey,
}

impl CheckoutRequest {
    pub(super) fn repeats(&self, row: &checkout::Model) -> Result<OrderId, OrderError> {
        if row.fingerprint == self.fingerprint {
            Ok(row.order_id)
        } else {
            Err(db::Error::key_reused().into())
        }
    }
}

impl Service {
    pub(crate) async fn checkout(
        &self,
        actor: &Actor,
        request: Checkout,
    ) -> Result<Placed, OrderError> {
        let owner = access::buyer(actor)?;
        let fingerprint = keys::fingerprint(&request);
        let request = validate::checkout(request, matches!(owner, CartOwner::Guest(_)))?;
        let caller = access::label(&owner);
        let key = IdempotencyKey {
            route: "checkouts".to_owned(),
            key: request.key.clone(),
            fingerprint: fingerprint.clone(),
        };
        let checkout = CheckoutRequest {
            id: keys::checkout(&caller, &request.key),
            keyed: key.by(caller),
            fingerprint,
            owner,
            request,
        };
        for _ in 0..MAX_ROUNDS {
            if let Some(order) = self.existing_order(&checkout).await? {
                return self.replay(order).await;
            }
            match self.hold_and_place(&checkout).await {
                Ok(Some(placed)) => return Ok(placed),
                Ok(None) => {}
                // A repeat gets the existing order even where a new checkout would be refused.
                Err(refused)
                    if matches!(refused.kind(), K::Conflict | K::Forbidden | K::NotFound) =>
                {
                    match self.existing_order(&checkout).await? {
                        Some(order) => return self.replay(order).await,
                        None => return Err(refused),
                    }
                }
                Err(failed) => return Err(failed),
            }
        }
        Err(OrderError::Unavailable(
            "the cart changes too fast".to_owned(),
        ))
    }

    /// The order of this key, whenever it was placed: the checkout's id is derived from caller and key.
    /// Refused if that was another request's.
    pub(super) async fn existing_order(
        &self,
        checkout: &CheckoutRequest,
    ) -> Result<Option<OrderId>, OrderError> {
        let row = self.row_of(checkout).await?;
        row.map(|row| checkout.repeats(&row)).transpose()
    }

    /// Of this caller and key, whatever was asked for.
    pub(super) async fn row_of(
        &self,
        checkout: &CheckoutRequest,
    ) -> Result<Option<checkout::Model>, db::Error> {
        checkout::Entity::find_by_id(checkout.id)
            .row(self.env.pool.read())
            .await
    }

    async fn replay(&self, order: OrderId) -> Result<Placed, OrderError> {
        let advanced = self.advance(order, Cause::default()).await;
        self.answer(order, advanced).await
    }

    /// Once the payment is known the order is returned, even if the sweeper has to finish a later step.
    async fn answer(
        &self,
        order: OrderId,
        advanced: Result<Option<Payment>, OrderError>,
    ) -> Result<Placed, OrderError> {
        let found = self.document_of(order).await?;
        let Document { owner, order, .. } = found.ok_or(OrderError::NotFound)?;
        let payment = match advanced {
            Ok(Some(payment)) => payment,
            // Nothing was asked of a provider: the attempt was refused.
            Ok(None) => self
                .shown_payment(&order)
                .await?
                .ok_or(OrderError::NotPayable)?,
            Err(error) => {
                let known = self.shown_payment(&order).await.ok().flatten();
                let payment = known.ok_or_else(|| error.clone())?;
                tracing::warn!(order = %order.id, %error, "the checkout waits; the sweeper goes on");
                payment
            }
        };
        let payment = at_page(payment, &self.pages_of(&owner));
        Ok(Placed {
            order_token: self.order_token(&owner),
            order: Order {
                payment: Some(payment.clone()),
                ..order.for_buyer()
            },
            payment,
        })
    }

    /// `None` if the key has led to an order, or the cart changed since it was read: try again.
    async fn hold_and_place(
        &self,
        checkout: &CheckoutRequest,
    ) -> Result<Option<Placed>, OrderError> {
        let (carts, owner) = (&self.deps.carts, checkout.owner.clone());
        let (cart, buyer) = tokio::join!(
            carts.for_checkout(&SELF, checkout.request.cart, owner),
            self.buyer(checkout),
        );
        let cart = match cart {
            Err(CartError::Closed) => return self.closed(checkout).await,
            other => other.map_err(neighbours::cart)?,
        };
        let buyer = buyer?;
        let Some(id) = self.next_order(checkout, &cart).await? else {
            return Ok(None);
        };
        // Not two tries for one id at once: if one is refused, it gives the id up.
        let turn = self.order_locks.take(id).await;
        if turn.waited() {
            return Ok(None);
        }
        let Some(progress) = self.place_held(checkout, &cart, &buyer, id).await? else {
            return Ok(None);
        };
        drop(turn);
        let advanced = self.advance_from(progress, Cause::default()).await;
        self.answer(id, advanced).await.map(Some)
    }

    async fn place_held(
        &self,
        checkout: &CheckoutRequest,
        cart: &Cart,
        buyer: &Buyer,
        id: OrderId,
    ) -> Result<Option<Progress>, OrderError> {
        let draft = match self.draft(checkout, cart).await {
            Ok(draft) => draft,
            Err(error) if cart.order.is_none() => return Err(error),
            // An earlier try crashed and left the cart held.
            Err(error) => return Err(self.release_after(cart.id, id, error).await),
        };
        if !self.hold_cart(cart, id).await? {
            return Ok(None);
        }
        let hold = match self.hold(checkout, &draft).await {
            Ok(hold) => hold,
            Err(error) => return self.without_stock(checkout, id, error).await,
        };
        match self.place(checkout, buyer, draft, &hold, id).await {
            Ok(progress) => Ok(Some(progress)),
            Err(PlaceError::Taken) => self.already_placed(checkout, id, &hold).await,
            Err(PlaceError::NumberTaken) => {
                Err(self.release_after(cart.id, id, OrderError::Conflict).await)
            }
            Err(PlaceError::Failed(error)) => Err(self.release_after(cart.id, id, error).await),
        }
    }

    /// The draft of the order, if the cart can be bought as read, by this method and for this total.
    async fn draft(&self, checkout: &CheckoutRequest, cart: &Cart) -> Result<Draft, OrderError> {
        acceptable(cart, &checkout.request)?;
        let stores = cart.groups.iter().map(|group| group.store).collect();
        let payer = match &checkout.owner {
            CartOwner::User(user) => Some(*user),
            CartOwner::Guest(_) => None,
        };
        let (method, total) = (&checkout.request.method, cart.totals.total);
        let taken = self.payable(method, total, stores, payer);
        let mut draft = Draft::of(&self.env, cart, taken.await?.by_hand)?;
        let quotes = self
            .deps
            .stores
            .quote_commission(&SELF, draft.commission_requests()?)
            .await
            .map_err(OrderError::from_neighbour)?;
        draft.freeze_commission(&quotes)?;
        Ok(draft)
    }

    async fn buyer(&self, checkout: &CheckoutRequest) -> Result<Buyer, OrderError> {
        let asked = checkout.request.locale.as_deref();
        let CartOwner::User(user) = &checkout.owner else {
            return Ok(Buyer {
                user: None,
                email: checkout.request.email.clone().unwrap_or_default(),
                locale: locale(asked.unwrap_or_default()),
            });
        };
        let person = self.deps.users.user(&SELF, *user).await;
        let person = person.map_err(neighbours::user)?;
        if person.status == UserStatus::Blocked {
            return Err(OrderError::Forbidden);
        }
        Ok(Buyer {
            user: Some(*user),
            email: person.email,
            locale: locale(asked.unwrap_or(&person.locale)),
        })
    }

    pub(super) async fn live_order(
        &self,
        checkout: &CheckoutRequest,
    ) -> Result<Option<OrderId>, OrderError> {
        let lives = db::is_not(order::Column::Status, OrderStatus::Cancelled);
        let found: Option<OrderId> = order::Entity::find()
            .filter(order::Column::CartId.eq(checkout.request.cart))
            .filter(lives)
            .select_only()
            .column(order::Column::Id)
            .into_tuple()
            .row(self.env.pool.read())
            .await?;
        Ok(found)
    }

    /// The buyer's cart was bought already, by this key or another.
    async fn closed(&self, checkout: &CheckoutRequest) -> Result<Option<Placed>, OrderError> {
        match self.live_order(checkout).await? {
            Some(order) => self.cart_has(checkout, order).await?,
            None if self.existing_order(checkout).await?.is_some() => {}
            None => return Err(OrderError::CartNotFound),
        }
        Ok(None)
    }

    /// Refused, unless it is the order of the same key.
    pub(super) async fn cart_has(
        &self,
        checkout: &CheckoutRequest,
        order: OrderId,
    ) -> Result<(), OrderError> {
        match self.existing_order(checkout).await? {
            Some(_) => Ok(()),
            None => Err(OrderError::CartHasOrder { order }),
        }
    }
}

fn acceptable(cart: &Cart, request: &Checkout) -> Result<(), OrderError> {
    let mut problems = cart.problems.clone();
    if cart.groups.is_empty() && !problems.contains(&Problem::Empty {}) {
        problems.push(Problem::Empty {});
    }
    if problems.iter().any(Problem::blocks) {
        return Err(OrderError::CartProblems { problems });
    }
    if cart.totals.total != request.expected_total {
        return Err(OrderError::TotalChanged {
            cart: Box::new(cart.clone()),
        });
    }
    Ok(())
}

/// A language that messages are written in.
fn locale(asked: &str) -> String {
    match asked {
        "pt-BR" => "pt-BR",
        _ => "en",
    }
    .to_owned()
}
