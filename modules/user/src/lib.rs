//! People, their credentials and operators' roles.
//!
//! Owns the schema `users`; calls no other module.
//!
//! Invariants:
//! - Nobody learns from an answer, or from the time it takes, whether an e-mail is known.
//! - A link makes exactly the account that was asked for with it: an address may be registered
//!   several times before one link is confirmed, and none changes what another one would apply.
//!   Before that there is no password to sign in with.
//! - Whoever guesses waits longer and longer, by address and network; nobody is locked out of her
//!   account by others: a device of hers counts by itself, and a mailed link signs her in.
//! - Of a password only an Argon2id hash is kept, of a refresh token or browser session only
//!   SHA-256, of a confirmation or another link nothing: its token is derived from [`Settings::token_key`].
//! - A link for a lost password, another address or a sign-in works once, and for the account only
//!   that it was asked for; with a new password all of them are dead.
//! - A refresh token works once. Its second use, unless right after the first, ends the device.
//! - A blocked person, or one whose credentials changed, has no live session.
//! - An access token ends with its device: at once in the process that signed it out, within five
//!   seconds in others, without a statement per request.
//! - What an operator may do is asked of the database at each request, never kept in a token.

mod access;
mod acts;
#[expect(unreachable_pub, reason = "the derives make public types")]
mod entities;
mod field_codes;
mod jobs;
mod keyring;
mod password;
mod revocations;
mod service;
mod settings;
mod throttle;
mod validate;

pub mod api;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

use std::sync::Arc;

use feira_kernel::{Env, Module, Runtime};

pub use acts::ACTS;
pub use api::*;
pub use field_codes::FIELD_CODES;
pub use keyring::generate_jwt_key;
pub use settings::{BrowserTtl, HashCost, JwtKey, Settings, StartError, ThrottleSettings};

/// Starts the module. Fails, with a sentence, when a key or a parameter cannot be used.
pub fn start(env: Env, settings: Settings) -> Result<Module<dyn Users>, StartError> {
    let jobs = jobs::jobs(&env);
    let service = service::Service::new(env.clone(), settings)?;
    Ok(Module {
        api: Arc::new(service),
        runtime: Runtime {
            name: "user",
            env,
            subscriptions: Vec::new(),
            jobs,
        },
    })
}
