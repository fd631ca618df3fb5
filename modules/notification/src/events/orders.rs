//! What an order's events make: messages to its buyer and to the people of its stores.

use std::sync::Arc;

use feira_kernel::{StoreId, outbox::Envelope};
use uuid::Uuid;

use super::{FULFIL_ORDERS, outgoing, people, wire};
use crate::{
    NotificationError, OrderFacts,
    compose::MailComposer,
    mail::{Draft, MessageParams},
};

impl MailComposer {
    pub(super) async fn order_changed(
        self: Arc<Self>,
        event: Envelope,
    ) -> Result<Vec<Draft>, NotificationError> {
        match event.name.as_str() {
            wire::PAYMENT_AWAITED => {
                let fact: wire::PaymentAwaited = wire::read(&event)?;
                self.awaited(event.id, &fact).await
            }
            wire::ORDER_CONFIRMED => {
                let fact: wire::OrderConfirmed = wire::read(&event)?;
                self.confirmed(event.id, fact.order).await
            }
            wire::STORE_ORDER_SHIPPED => {
                let fact: wire::StoreOrderShipped = wire::read(&event)?;
                let (order, part) = (fact.order, fact.part.store_order);
                let to = self.buyer(event.id, order).await?;
                let params = MessageParams::OrderShipped { order, part };
                self.drafts(event.id, params, [to]).await
            }
            wire::ORDER_CANCELLED => {
                let fact: wire::OrderCancelled = wire::read(&event)?;
                self.cancelled(event.id, fact).await
            }
            wire::ORDER_REFUNDED => {
                let fact: wire::OrderRefunded = wire::read(&event)?;
                self.refunded(event.id, fact).await
            }
            other => Err(NotificationError::Internal(format!(
                "{other} was not subscribed to"
            ))),
        }
    }

    /// One to the buyer for each attempt that waits for her; and to the stores that she pays themselves.
    async fn awaited(
        &self,
        event: Uuid,
        fact: &wire::PaymentAwaited,
    ) -> Result<Vec<Draft>, NotificationError> {
        let to = self.buyer(event, fact.order).await?;
        let expires_at = self.known_order(event, fact.order).await?.expires_at;
        let until = outgoing::local_time(&self.env, expires_at, &self.site.time_zone).await?;
        let (order, attempt) = (fact.order, fact.attempt);
        let to_buyer = MessageParams::OrderPlaced {
            order,
            attempt,
            until,
        };
        if fact.to_stores.is_empty() {
            return self.drafts(event, to_buyer, [to]).await;
        }
        let to_stores = fact.to_stores.iter().map(|part| {
            let params = MessageParams::PaymentExpected {
                order,
                part: part.store_order,
                attempt,
                until,
            };
            (part.store, params)
        });
        let facts = self.order(event, order).await?;
        self.told(event, &facts, to_buyer, to_stores.collect())
            .await
    }

    async fn confirmed(&self, event: Uuid, id: Uuid) -> Result<Vec<Draft>, NotificationError> {
        let order = self.order(event, id).await?;
        let to_buyer = MessageParams::OrderConfirmed { order: id };
        // What was not paid beside it is cancelled: who waits for that money does so no longer.
        let told = order.parts.iter().filter(|part| part.paid || part.to_store);
        let to_stores = told.map(|part| {
            let (order, paid, part, store) = (id, part.paid, part.store_order, part.store);
            let params = match paid {
                true => MessageParams::NewOrder { order, part },
                false => MessageParams::PartCancelled { order, part },
            };
            (store, params)
        });
        self.told(event, &order, to_buyer, to_stores.collect())
            .await
    }

    /// A store was told of its part once that was paid, or if it is paid itself: it may have the money.
    async fn cancelled(
        &self,
        event: Uuid,
        fact: wire::OrderCancelled,
    ) -> Result<Vec<Draft>, NotificationError> {
        let (id, reason) = (fact.order, fact.reason);
        let order = self.order(event, id).await?;
        let to_buyer = MessageParams::OrderCancelled { order: id, reason };
        let sold = order.parts.iter().any(|part| part.paid);
        let told = order.parts.iter();
        let told = told.filter(|part| part.paid || (part.to_store && !sold));
        let to_stores = told.map(|part| {
            let params = MessageParams::PartCancelled {
                order: id,
                part: part.store_order,
            };
            (part.store, params)
        });
        self.told(event, &order, to_buyer, to_stores.collect())
            .await
    }

    /// A store whose own people gave it back knows.
    async fn refunded(
        &self,
        event: Uuid,
        fact: wire::OrderRefunded,
    ) -> Result<Vec<Draft>, NotificationError> {
        let (id, refund) = (fact.order, fact.refund);
        let order = self.order(event, id).await?;
        let to_buyer = MessageParams::OrderRefunded {
            order: id,
            refund,
            amount: fact.amount,
        };
        let to_stores = fact.parts.into_iter().filter(|_| fact.by_operator);
        let to_stores = to_stores.map(|part| {
            let params = MessageParams::PartRefunded {
                order: id,
                part: part.store_order,
                refund,
                amount: part.amount,
            };
            (part.store, params)
        });
        self.told(event, &order, to_buyer, to_stores.collect())
            .await
    }

    /// One to the buyer, and one to each person of each store, about the store's part only.
    async fn told(
        &self,
        event: Uuid,
        order: &OrderFacts,
        to_buyer: MessageParams,
        to_stores: Vec<(StoreId, MessageParams)>,
    ) -> Result<Vec<Draft>, NotificationError> {
        let stores: Vec<StoreId> = to_stores.iter().map(|(store, _)| *store).collect();
        let (members, users) = self.members(&stores, FULFIL_ORDERS, order.user).await?;
        let buyer = people::buyer(order, &users);
        let mut drafts = self.drafts(event, to_buyer, [buyer]).await?;
        for ((_, params), people) in to_stores.into_iter().zip(&members) {
            let people = people.iter().filter_map(|id| users.get(id).cloned());
            drafts.extend(self.drafts(event, params, people).await?);
        }
        Ok(drafts)
    }
}
