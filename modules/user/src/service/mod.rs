//! The trait, split by subject: accounts, registrations, passwords and addresses, devices,
//! authentication and operators.

mod account;
mod authentication;
mod credentials;
mod device;
mod link;
mod operator;
mod own_account;
mod pending;
mod recovery;
mod registration;
mod rows;
mod session;
mod sign_in_link;

use std::sync::Arc;

use feira_kernel::Env;
use time::Duration;

use crate::{
    Settings, StartError, keyring::Keyring, password::Hasher, revocations::Revocations,
    throttle::Throttle, validate,
};

pub(crate) struct Service {
    env: Env,
    settings: Arc<Settings>,
    keyring: Keyring,
    hasher: Hasher,
    throttle: Throttle,
    revocations: Revocations,
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
            revocations: Revocations::new(settings.access_ttl),
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
