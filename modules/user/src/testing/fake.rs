use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use feira_kernel::{Actor, UserId};

use crate::{AccountLink, AccountLinkId, ConfirmationId, User, UserError, Users, access};

/// People kept in memory, with the same rights as the real module. It knows people and the
/// tokens of confirmations; everything about credentials is `Internal`.
#[derive(Default)]
pub struct FakeUsers {
    people: Mutex<BTreeMap<UserId, User>>,
    confirmed: Mutex<Vec<ConfirmationId>>,
}

impl FakeUsers {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a person, or replaces the one with her id.
    pub fn add(&self, user: User) -> UserId {
        let id = user.id;
        self.people().insert(id, user);
        id
    }

    fn people(&self) -> MutexGuard<'_, BTreeMap<UserId, User>> {
        self.people.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on there is nothing left to confirm by it.
    pub fn confirm(&self, id: ConfirmationId) {
        self.confirmed().push(id);
    }

    fn confirmed(&self) -> MutexGuard<'_, Vec<ConfirmationId>> {
        self.confirmed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Users for FakeUsers {
    async fn user(&self, actor: &Actor, id: UserId) -> Result<User, UserError> {
        if !access::may_see(actor, id) {
            return Err(UserError::NotFound);
        }
        self.people().get(&id).cloned().ok_or(UserError::NotFound)
    }

    async fn users(&self, actor: &Actor, ids: Vec<UserId>) -> Result<Vec<User>, UserError> {
        let ids = crate::validate::batch(actor, ids)?;
        let people = self.people();
        Ok(ids
            .iter()
            .filter_map(|id| people.get(id).cloned())
            .collect())
    }

    /// Every confirmation is known to the fake that was not used.
    async fn confirmation_token(
        &self,
        actor: &Actor,
        id: ConfirmationId,
    ) -> Result<String, UserError> {
        if !access::may_derive(actor) {
            return Err(UserError::Forbidden);
        }
        if self.confirmed().contains(&id) {
            return Err(UserError::TokenInvalid);
        }
        Ok(format!("fake-token-of-{id}"))
    }

    /// Every link is open, and goes to the same address.
    async fn account_link(
        &self,
        actor: &Actor,
        id: AccountLinkId,
    ) -> Result<AccountLink, UserError> {
        if !access::may_derive(actor) {
            return Err(UserError::Forbidden);
        }
        Ok(AccountLink {
            email: "linked@feira.example".to_owned(),
            token: format!("fake-token-of-{id}"),
        })
    }
}
