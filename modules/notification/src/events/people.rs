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

    /// The people of each store, in the order of the stores, and the recipients that they are;
    /// with one more account, asked for in the same call.
    pub(super) async fn members(
        &self,
        stores: &[StoreId],
        besides: Option<UserId>,
    ) -> Result<(Vec<Vec<UserId>>, People), NotificationError> {
        let asked = stores
            .iter()
            .map(|store| self.deps.stores.people(&SELF, *store));
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
