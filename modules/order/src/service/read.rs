//! Orders as they are shown. The database builds the documents in the shape of the DTOs, so that
//! an order with all that belongs to it is one statement.

use feira_cart::{CartError, CartOwner};
use feira_kernel::{Actor, StoreId, db::Find, values};
use feira_payment::{NextAction, Payment, PaymentId, Reference};
use sea_orm::EntityTrait;
use serde::Deserialize;

use super::Service;
use crate::{
    Fulfilment, Order, OrderError, OrderForMessage, OrderId, OrderStatus, SellerOrder, Settlement,
    StoreOrderId,
    access::{self, Owner, SELF},
    checkout::leading,
    entities::order,
    neighbours::{self, PaymentOutcome, payment_outcome},
};

#[derive(Deserialize)]
pub(crate) struct Document {
    pub(crate) owner: Owner,
    paid_by: Option<PaymentId>,
    pub(crate) order: Order,
}

impl Order {
    /// Without what those who gave money back wrote for each other.
    pub(crate) fn for_buyer(mut self) -> Self {
        self.beside.clear();
        for refund in &mut self.refunds {
            refund.note = None;
            refund.reference = None;
            refund.failure = None;
            refund.actor = String::new();
        }
        self
    }
}

/// Where what is agreed upon in a chat is seen.
pub(crate) struct ChatPages {
    /// That of the order, which the link in its buyer's mails opens.
    order: Option<String>,
    /// Below which stores see their parts.
    parts: String,
}

/// What is agreed upon in a chat begins with the page of its order, which the buyer sends herself. One of several stores
/// is sent that of its own part: the order's opens what the others sell, too.
pub(crate) fn at_page(mut payment: Payment, pages: &ChatPages) -> Payment {
    let in_chat = |action: &NextAction| matches!(action, NextAction::Whatsapp { .. });
    if in_chat(&payment.next_action) {
        payment.page.clone_from(&pages.order);
    }
    let whole = pages.order.as_ref().filter(|_| payment.legs.len() == 1);
    for leg in payment
        .legs
        .iter_mut()
        .filter(|leg| in_chat(&leg.next_action))
    {
        let part = || format!("{}/{}", pages.parts, leg.part.0);
        leg.page = Some(whole.cloned().unwrap_or_else(part));
    }
    payment
}

impl Service {
    /// Without its payment.
    pub(crate) async fn document_of(&self, id: OrderId) -> Result<Option<Document>, OrderError> {
        self.document(include_str!("../sql/order.sql"), values![id])
            .await
    }

    pub(crate) async fn owner_of(&self, id: OrderId) -> Result<Option<Owner>, OrderError> {
        let row = order::Entity::find_by_id(id)
            .row(self.env.pool.read())
            .await?;
        Ok(row.map(Owner::from))
    }

    /// Whether she is the buyer: by her account, a token or the link in her mails, or because she was a
    /// guest then, has signed in since and claimed the cart; her client forgets its token.
    pub(crate) async fn owns(&self, actor: &Actor, owner: &Owner) -> Result<bool, OrderError> {
        if access::owns(actor, owner) || self.was_mailed(actor, owner) {
            return Ok(true);
        }
        let (Some(user), Some(_)) = (access::customer(actor), &owner.cart) else {
            return Ok(false);
        };
        let carts = &self.deps.carts;
        let of = CartOwner::User(user);
        match carts.for_checkout(&SELF, owner.cart_id, of).await {
            Ok(_) | Err(CartError::Closed) => Ok(true),
            Err(CartError::NotFound) => Ok(false),
            Err(error) => Err(neighbours::cart(error)),
        }
    }

    pub(super) async fn sees(&self, actor: &Actor, owner: &Owner) -> Result<bool, OrderError> {
        Ok(access::is_operator(actor) || self.owns(actor, owner).await?)
    }

    pub(crate) async fn order(&self, actor: &Actor, id: OrderId) -> Result<Order, OrderError> {
        let document = self.document_of(id).await?.ok_or(OrderError::NotFound)?;
        if !self.sees(actor, &document.owner).await? {
            return Err(OrderError::NotFound);
        }
        let pages = self.pages_of(&document.owner);
        let order = self.with_payment(document).await?;
        Ok(match access::is_operator(actor) {
            true => order,
            false => Order {
                payment: order
                    .payment
                    .clone()
                    .map(|payment| at_page(payment, &pages)),
                ..order.for_buyer()
            },
        })
    }

    pub(crate) fn pages_of(&self, owner: &Owner) -> ChatPages {
        let token = self.mailed_token(owner);
        ChatPages {
            order: token.map(|token| format!("{}/{token}", self.settings.order_pages)),
            parts: self.settings.part_pages.clone(),
        }
    }

    async fn with_payment(&self, document: Document) -> Result<Order, OrderError> {
        let attempts = self.attempts(document.order.id).await?;
        let is_beside = |one: &&Payment| {
            let paid = document.paid_by.is_some_and(|paid| paid != one.id);
            paid && payment_outcome(one) == PaymentOutcome::Captured
        };
        let beside = attempts.iter().filter(is_beside).cloned().collect();
        let leading = leading(attempts);
        let payment = match document.paid_by {
            Some(paid) if leading.as_ref().is_none_or(|leading| leading.id != paid) => {
                Some(self.payment_by_id(paid).await?)
            }
            _ => leading,
        };
        Ok(Order {
            payment,
            beside,
            ..document.order
        })
    }

    /// The payment that an order is shown with.
    pub(crate) async fn shown_payment(&self, order: &Order) -> Result<Option<Payment>, OrderError> {
        match self.document_of(order.id).await? {
            Some(document) => Ok(self.with_payment(document).await?.payment),
            None => Ok(None),
        }
    }

    /// The payment's order tells who may see it.
    pub(crate) async fn payment(
        &self,
        actor: &Actor,
        id: PaymentId,
    ) -> Result<Payment, OrderError> {
        let reference = self.deps.payments.reference_of(&SELF, id).await;
        let order = OrderId(reference.map_err(neighbours::payment)?);
        let owner = self.owner_of(order).await?.ok_or(OrderError::NotFound)?;
        if !self.sees(actor, &owner).await? {
            return Err(OrderError::NotFound);
        }
        let payment = self.payment_by_id(id).await?;
        Ok(match access::is_operator(actor) {
            true => payment,
            false => at_page(payment, &self.pages_of(&owner)),
        })
    }

    pub(crate) async fn order_for_message(
        &self,
        actor: &Actor,
        id: OrderId,
    ) -> Result<OrderForMessage, OrderError> {
        if !actor.is_system(&["notification"]) {
            return Err(OrderError::Forbidden);
        }
        let document = self.document_of(id).await?.ok_or(OrderError::NotFound)?;
        let expected = match document.order.status {
            OrderStatus::Cancelled => {
                let of = Reference::new(id.0);
                let told = self.deps.payments.parts_to_expect(&SELF, of).await;
                let told = told.map_err(neighbours::payment)?.into_iter();
                told.map(|part| StoreOrderId(part.0)).collect()
            }
            _ => Vec::new(),
        };
        Ok(OrderForMessage {
            expected,
            order_token: self.mailed_token(&document.owner),
            order: self.with_payment(document).await?.for_buyer(),
        })
    }

    pub(crate) async fn store_order(
        &self,
        actor: &Actor,
        id: StoreOrderId,
    ) -> Result<SellerOrder, OrderError> {
        let store = access::seller(actor)?;
        let found = self.seller_order(id, store).await?;
        found.ok_or(OrderError::NotFound)
    }

    /// As the sellers of this store see it, if it is theirs.
    pub(super) async fn seller_order(
        &self,
        id: StoreOrderId,
        store: StoreId,
    ) -> Result<Option<SellerOrder>, OrderError> {
        let sql = include_str!("../sql/seller_order.sql");
        let found: Option<SellerOrder> = self.document(sql, values![id, store]).await?;
        let Some(mut found) = found else {
            return Ok(None);
        };
        let lacks = found.store_order.fiscal_document.is_none();
        found.lacks_document = lacks && self.settings.document_before_payout;
        let part = &found.store_order;
        let waits = matches!(part.fulfilment, Fulfilment::Pending | Fulfilment::Cancelled);
        if waits && part.settlement == Settlement::Unpaid {
            let order = self.order_of(id, store).await?;
            found.leg = self.awaited_leg(order, id).await?;
            // Whom it pays is for its buyer: the people who send parcels do not see the account's holder and number.
            if let Some(leg) = &mut found.leg {
                leg.next_action = NextAction::None {};
            }
        }
        Ok(Some(found))
    }
}
