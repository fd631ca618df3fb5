//! What an order's events make: messages to its buyer and to the people of its stores.

use std::sync::Arc;

use feira_kernel::{StoreId, outbox::Envelope};
use uuid::Uuid;

use super::{people, wire};
use crate::{
    NotificationError,
    compose::MailComposer,
    mail::{Draft, MessageParams},
};

impl MailComposer {
    pub(super) async fn order_changed(
        self: Arc<Self>,
        event: Envelope,
    ) -> Result<Vec<Draft>, NotificationError> {
        match event.name.as_str() {
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
                let (order, reason) = (fact.order, fact.reason);
                let to = self.buyer(event.id, order).await?;
                let params = MessageParams::OrderCancelled { order, reason };
                self.drafts(event.id, params, [to]).await
            }
            other => Err(NotificationError::Internal(format!(
                "{other} was not subscribed to"
            ))),
        }
    }

    /// One to the buyer, and one to each person of each store, about the store's part only.
    async fn confirmed(&self, event: Uuid, id: Uuid) -> Result<Vec<Draft>, NotificationError> {
        let order = self.order(event, id).await?;
        let stores: Vec<StoreId> = order.parts.iter().map(|part| part.store).collect();
        let (members, users) = self.members(&stores, order.user).await?;
        let buyer = people::buyer(&order, &users);
        let confirmed = MessageParams::OrderConfirmed { order: id };
        let mut drafts = self.drafts(event, confirmed, [buyer]).await?;
        for (part, people) in order.parts.iter().zip(&members) {
            let params = MessageParams::NewOrder {
                order: id,
                part: part.store_order,
            };
            let people = people.iter().filter_map(|id| users.get(id).cloned());
            drafts.extend(self.drafts(event, params, people).await?);
        }
        Ok(drafts)
    }
}
