//! The trait, split by what it is about: accounts, registrations, devices, access and operators.

mod access;
mod account;
mod credentials;
mod device;
mod operator;
mod pending;
mod registration;
mod rows;
mod session;

use std::sync::Arc;

use async_trait::async_trait;
use feira_kernel::{Actor, Env, UserId};
use time::Duration;

use crate::{
    BrowserSession, ConfirmationId, LogIn, LostConfirmation, NewUser, Principal, Registration,
    Settings, StartError, Tokens, User, UserError, Users, keyring::Keyring, password::Hasher,
    throttle::Throttle, validate,
};

pub(crate) struct Service {
    env: Env,
    settings: Arc<Settings>,
    keyring: Keyring,
    hasher: Hasher,
    throttle: Throttle,
}

impl Service {
    pub(crate) fn new(env: Env, settings: Settings) -> Result<Self, StartError> {
        check(&settings)?;
        let keyring = Keyring::new(&settings.jwt_keys, &settings.issuer)?;
        let hasher = Hasher::new(
            settings.hash_cost,
            settings.hash_concurrency,
            settings.hash_queue,
            env.entropy.clone(),
        )?;
        Ok(Self {
            env,
            throttle: Throttle::new(settings.throttle),
            settings: Arc::new(settings),
            keyring,
            hasher,
        })
    }
}

fn check(settings: &Settings) -> Result<(), StartError> {
    if validate::known_locale(Some(&settings.default_locale)).is_none() {
        return Err(StartError::Locale(settings.default_locale.clone()));
    }
    let durations = [
        ("access_ttl", settings.access_ttl),
        ("refresh_ttl", settings.refresh_ttl),
        ("refresh_absolute_ttl", settings.refresh_absolute_ttl),
        (
            "browser_session_ttl.idle",
            settings.browser_session_ttl.idle,
        ),
        (
            "browser_session_ttl.absolute",
            settings.browser_session_ttl.absolute,
        ),
        ("confirmation_ttl", settings.confirmation_ttl),
        ("throttle.first_wait", settings.throttle.first_wait),
        ("throttle.longest_wait", settings.throttle.longest_wait),
        ("throttle.forget_after", settings.throttle.forget_after),
    ];
    let short = durations
        .into_iter()
        .find(|(_, ttl)| *ttl < Duration::SECOND);
    match short {
        Some((name, _)) => Err(StartError::NotPositive(name)),
        None if settings.hash_concurrency == 0 => Err(StartError::NotPositive("hash_concurrency")),
        None => Ok(()),
    }
}

#[async_trait]
impl Users for Service {
    async fn register(&self, _: &Actor, registration: Registration) -> Result<(), UserError> {
        self.register(registration).await
    }

    async fn verify_email(&self, _: &Actor, token: String) -> Result<(), UserError> {
        self.verify_email(token).await
    }

    async fn resend_confirmation(
        &self,
        _: &Actor,
        lost: LostConfirmation,
    ) -> Result<(), UserError> {
        self.resend_confirmation(lost).await
    }

    async fn log_in(&self, _: &Actor, log_in: LogIn) -> Result<Tokens, UserError> {
        self.log_in(log_in).await
    }

    async fn refresh(&self, _: &Actor, refresh_token: String) -> Result<Tokens, UserError> {
        self.refresh(refresh_token).await
    }

    async fn log_out(&self, _: &Actor, token: String) -> Result<(), UserError> {
        self.log_out(token).await
    }

    async fn authenticate(&self, _: &Actor, access_token: String) -> Result<Principal, UserError> {
        self.authenticate(access_token).await
    }

    async fn open_browser_session(
        &self,
        _: &Actor,
        log_in: LogIn,
    ) -> Result<BrowserSession, UserError> {
        self.open_browser_session(log_in).await
    }

    async fn browser_principal(&self, _: &Actor, token: String) -> Result<Principal, UserError> {
        self.browser_principal(token).await
    }

    async fn user(&self, actor: &Actor, id: UserId) -> Result<User, UserError> {
        self.user(actor, id).await
    }

    async fn users(&self, actor: &Actor, ids: Vec<UserId>) -> Result<Vec<User>, UserError> {
        self.users(actor, ids).await
    }

    async fn is_empty(&self, actor: &Actor) -> Result<bool, UserError> {
        self.is_empty(actor).await
    }

    async fn create(&self, actor: &Actor, new: NewUser) -> Result<User, UserError> {
        self.create(actor, new).await
    }

    async fn invite_first_operator(&self, actor: &Actor) -> Result<Option<String>, UserError> {
        self.invite_first_operator(actor).await
    }

    async fn accept_operator_invitation(
        &self,
        actor: &Actor,
        token: String,
        new: NewUser,
    ) -> Result<User, UserError> {
        self.accept_operator_invitation(actor, token, new).await
    }

    async fn confirmation_token(
        &self,
        actor: &Actor,
        id: ConfirmationId,
    ) -> Result<String, UserError> {
        self.confirmation_token(actor, id).await
    }
}
