//! Who is told: people of stores, and the buyer.

use std::collections::{BTreeMap, BTreeSet};

use feira_kernel::{ModuleError, StoreId, UserId};
use futures::future::try_join_all;
use uuid::Uuid;

use crate::{NotificationError, OrderFacts, access::SELF, compose::MailComposer, mail::Recipient};

/// Recipients by account.
pub(super) type People = BTreeMap<UserId, Recipient>;

/// As many as `Users` answers at once.
const BATCH: usize = 100;

impl MailComposer {
    /// The people with these accounts; unknown ids are left out.
    pub(super) async fn users(&self, ids: Vec<UserId>) -> Result<People, NotificationError> {
        let mut people = People::new();
        for batch in ids.chunks(BATCH) {
            let found = self
                .deps
                .users
                .users(&SELF, batch.to_vec())
                .await
                .map_err(NotificationError::from_neighbour)?;
            people.extend(found.iter().map(|user| (user.id, Recipient::of(user))));
        }
        Ok(people)
    }

    /// Operators who may do this.
    pub(super) async fn operators(&self, permission: &str) -> Result<People, NotificationError> {
        let found = self.deps.users.operators(&SELF, permission.to_owned());
        let found = found.await.map_err(NotificationError::from_neighbour)?;
        self.users(found).await
    }

    /// Everybody in the store, and one more account.
    pub(super) async fn everybody(
        &self,
        store: StoreId,
        besides: UserId,
    ) -> Result<People, NotificationError> {
        let members = self.deps.stores.people(&SELF, store);
        let members = members.await.map_err(NotificationError::from_neighbour)?;
        let ids: BTreeSet<UserId> = members.into_iter().chain([besides]).collect();
        self.users(ids.into_iter().collect()).await
    }

    /// The people of each store who may open what they are told of, in the order of the stores, and the
    /// recipients that they are; with one more account, asked for in the same call.
    pub(super) async fn members(
        &self,
        stores: &[StoreId],
        permission: &str,
        besides: Option<UserId>,
    ) -> Result<(Vec<Vec<UserId>>, People), NotificationError> {
        let asked = stores.iter().map(|store| {
            let stores = &self.deps.stores;
            stores.people_who_may(&SELF, *store, permission.to_owned())
        });
        let members = try_join_all(asked)
            .await
            .map_err(NotificationError::from_neighbour)?;
        let ids: BTreeSet<UserId> = members.iter().flatten().copied().chain(besides).collect();
        let people = self.users(ids.into_iter().collect()).await?;
        Ok((members, people))
    }

    pub(super) async fn buyer(
        &self,
        event: Uuid,
        order: Uuid,
    ) -> Result<Recipient, NotificationError> {
        let order = self.order(event, order).await?;
        let people = self.users(order.user.into_iter().collect()).await?;
        Ok(buyer(&order, &people))
    }
}

/// The buyer's account as it is now; else the address that the order was placed with.
pub(super) fn buyer(facts: &OrderFacts, people: &People) -> Recipient {
    let known = facts.user.and_then(|id| people.get(&id));
    known
        .cloned()
        .unwrap_or_else(|| Recipient::guest(&facts.email, &facts.locale))
}
