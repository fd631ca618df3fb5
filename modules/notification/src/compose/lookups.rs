//! What messages are about, as its modules know it.

use std::sync::Arc;

use feira_kernel::{ModuleError, StoreId};
use feira_store::Store;
use feira_user::{AccountLink, AccountLinkId, ConfirmationId, UserError};
use time::Duration;
use uuid::Uuid;

use super::MailComposer;
use crate::{
    NotificationError, OrderFacts,
    access::SELF,
    mail::{Content, OrderPart},
};

/// An order's messages are written a moment after their event was heard, with what was read then.
const FRESH: Duration = Duration::minutes(1);
impl MailComposer {
    /// The link as it is now; `None` once it was used, or has expired.
    pub(crate) async fn account_link(
        &self,
        id: AccountLinkId,
    ) -> Result<Option<AccountLink>, NotificationError> {
        match self.deps.users.account_link(&SELF, id).await {
            Ok(link) => Ok(Some(link)),
            Err(UserError::TokenInvalid) => Ok(None),
            Err(error) => Err(NotificationError::from_neighbour(error)),
        }
    }

    pub(super) async fn verification(
        &self,
        confirmation: ConfirmationId,
    ) -> Result<Option<Content>, NotificationError> {
        match self
            .deps
            .users
            .confirmation_token(&SELF, confirmation)
            .await
        {
            Ok(token) => Ok(Some(Content::VerifyEmail { token })),
            // Used, replaced or expired: there is nothing left to confirm.
            Err(UserError::TokenInvalid | UserError::NotFound) => Ok(None),
            Err(error) => Err(NotificationError::from_neighbour(error)),
        }
    }

    /// The order as it is now, after the event of which its messages are written.
    pub(crate) async fn order(
        &self,
        event: Uuid,
        id: Uuid,
    ) -> Result<Arc<OrderFacts>, NotificationError> {
        let order = Arc::new(self.deps.orders.order(id).await?);
        self.orders.insert(event, (self.env.now(), order.clone()));
        Ok(order)
    }

    pub(crate) async fn known_order(
        &self,
        event: Uuid,
        id: Uuid,
    ) -> Result<Arc<OrderFacts>, NotificationError> {
        let now = self.env.now();
        match self.orders.get(&event) {
            Some((read, order)) if order.id == id && read <= now && now - read <= FRESH => {
                Ok(order)
            }
            _ => self.order(event, id).await,
        }
    }

    pub(super) async fn part(
        &self,
        event: Uuid,
        order: Uuid,
        part: Uuid,
    ) -> Result<OrderPart, NotificationError> {
        let order = self.known_order(event, order).await?;
        let found = order.parts.iter().find(|found| found.store_order == part);
        let part = found.cloned().ok_or(NotificationError::NotFound)?;
        Ok(OrderPart { order, part })
    }

    pub(super) async fn named(
        &self,
        store: Option<StoreId>,
    ) -> Result<Option<String>, NotificationError> {
        match store {
            Some(store) => Ok(Some(self.store(store).await?.name)),
            None => Ok(None),
        }
    }

    pub(crate) async fn store(&self, id: StoreId) -> Result<Store, NotificationError> {
        let found = self.deps.stores.stores(&SELF, vec![id]).await;
        let found = found
            .map_err(NotificationError::from_neighbour)?
            .into_iter()
            .next();
        found.ok_or_else(|| NotificationError::Internal(format!("there is no store {id}")))
    }
}
