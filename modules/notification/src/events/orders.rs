//! What an order's events make: mails to its buyer and to the people of its stores.

use std::sync::Arc;

use feira_kernel::{StoreId, outbox::Envelope};

use super::{Maker, people, wire};
use crate::{
    NotificationError, OrderFacts,
    mail::{self, Mail},
};

impl Maker {
    pub(super) async fn order_changed(
        self: Arc<Self>,
        event: Envelope,
    ) -> Result<Vec<Mail>, NotificationError> {
        match event.name.as_str() {
            wire::ORDER_CONFIRMED => {
                let fact: wire::OrderConfirmed = wire::read(&event)?;
                let facts = self.deps.orders.order(fact.order).await?;
                self.confirmed(&facts).await
            }
            wire::STORE_ORDER_SHIPPED => {
                let fact: wire::StoreOrderShipped = wire::read(&event)?;
                let facts = self.deps.orders.order(fact.order).await?;
                self.shipped(&facts, &fact.part).await
            }
            wire::ORDER_CANCELLED => {
                let fact: wire::OrderCancelled = wire::read(&event)?;
                let facts = self.deps.orders.order(fact.order).await?;
                let to = self.buyer(&facts).await?;
                let mail = mail::order_cancelled(self.words(&to), &to, &facts, &fact.reason)?;
                Ok(vec![mail])
            }
            other => Err(NotificationError::Internal(format!(
                "{other} was not subscribed to"
            ))),
        }
    }

    /// One mail to the buyer, and one to each person of each store, about the store's part only.
    async fn confirmed(&self, facts: &OrderFacts) -> Result<Vec<Mail>, NotificationError> {
        let stores: Vec<StoreId> = facts.parts.iter().map(|part| part.store).collect();
        let (members, users) = self.members(&stores, facts.user).await?;
        let buyer = people::buyer(facts, &users);
        let mut mails = vec![mail::order_confirmed(self.words(&buyer), &buyer, facts)?];
        for (part, people) in facts.parts.iter().zip(&members) {
            for to in people.iter().filter_map(|id| users.get(id)) {
                mails.push(mail::new_order(self.words(to), to, facts, part)?);
            }
        }
        Ok(mails)
    }

    async fn shipped(
        &self,
        facts: &OrderFacts,
        sent: &wire::Part,
    ) -> Result<Vec<Mail>, NotificationError> {
        let mut parts = facts.parts.iter();
        let part = parts.find(|part| part.store_order == sent.store_order);
        let part = part.ok_or_else(|| {
            let (order, part) = (facts.id, sent.store_order);
            NotificationError::Internal(format!("order {order} has no part {part}"))
        })?;
        let to = self.buyer(facts).await?;
        Ok(vec![mail::order_shipped(
            self.words(&to),
            &to,
            facts,
            part,
        )?])
    }
}
