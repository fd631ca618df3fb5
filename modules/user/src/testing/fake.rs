use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use feira_kernel::{Actor, UserId};

use crate::{
    BrowserSession, ConfirmationId, LogIn, LostConfirmation, NewUser, Principal, Registration,
    Tokens, User, UserError, Users, access,
};

/// People kept in memory, with the same rights as the real module. It knows people and the
/// tokens of confirmations; everything about credentials is `Unavailable`.
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

fn not_faked<T>(method: &str) -> Result<T, UserError> {
    Err(UserError::Unavailable(format!(
        "the fake does not answer {method}"
    )))
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

    async fn register(&self, _: &Actor, _: Registration) -> Result<(), UserError> {
        not_faked("register")
    }
    async fn verify_email(&self, _: &Actor, _: String) -> Result<(), UserError> {
        not_faked("verify_email")
    }
    async fn resend_confirmation(&self, _: &Actor, _: LostConfirmation) -> Result<(), UserError> {
        not_faked("resend_confirmation")
    }
    async fn log_in(&self, _: &Actor, _: LogIn) -> Result<Tokens, UserError> {
        not_faked("log_in")
    }
    async fn refresh(&self, _: &Actor, _: String) -> Result<Tokens, UserError> {
        not_faked("refresh")
    }
    async fn log_out(&self, _: &Actor, _: String) -> Result<(), UserError> {
        not_faked("log_out")
    }
    async fn authenticate(&self, _: &Actor, _: String) -> Result<Principal, UserError> {
        not_faked("authenticate")
    }
    async fn open_browser_session(&self, _: &Actor, _: LogIn) -> Result<BrowserSession, UserError> {
        not_faked("open_browser_session")
    }
    async fn browser_principal(&self, _: &Actor, _: String) -> Result<Principal, UserError> {
        not_faked("browser_principal")
    }
    async fn is_empty(&self, _: &Actor) -> Result<bool, UserError> {
        not_faked("is_empty")
    }
    async fn create(&self, _: &Actor, _: NewUser) -> Result<User, UserError> {
        not_faked("create")
    }
    async fn invite_first_operator(&self, _: &Actor) -> Result<Option<String>, UserError> {
        not_faked("invite_first_operator")
    }
    async fn accept_operator_invitation(
        &self,
        _: &Actor,
        _: String,
        _: NewUser,
    ) -> Result<User, UserError> {
        not_faked("accept_operator_invitation")
    }
}
