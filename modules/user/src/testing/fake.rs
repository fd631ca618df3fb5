use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use feira_kernel::{Actor, FieldError, UserId};

use super::fixtures::PASSWORD;
use crate::{
    AccountLink, AccountLinkId, ConfirmationId, User, UserError, Users, access,
    field_codes::WRONG_PASSWORD,
};

/// People kept in memory, with the same rights as the real module. It knows people, one password and
/// the tokens of confirmations; everything else about credentials is `Internal`. Though a PostgreSQL runs
/// beside the tests: a real person has a password, whose hash costs more than most of them, and
/// [`contract`](super::contract) holds both to the same answers.
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

    /// Everybody has the same one, that of the fixtures.
    async fn confirm_password(
        &self,
        actor: &Actor,
        _: UserId,
        password: String,
    ) -> Result<(), UserError> {
        if !access::may_confirm(actor) {
            return Err(UserError::Forbidden);
        }
        if password == PASSWORD {
            return Ok(());
        }
        let detail = "this is not your password";
        Err(FieldError::new("/password", WRONG_PASSWORD, detail).into())
    }

    /// All who have a role, whatever they may do by it.
    async fn operators(&self, actor: &Actor, _: String) -> Result<Vec<UserId>, UserError> {
        if !access::may_see_all(actor) {
            return Err(UserError::Forbidden);
        }
        let people = self.people();
        let operators = people.values().filter(|user| !user.roles.is_empty());
        Ok(operators.map(|user| user.id).collect())
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
