//! `notification`: messages to people, made from events of all modules and sent by e-mail.
//!
//! Owns the schema `notifications`. Calls `user` (addresses, names, languages, tokens of links)
//! and `store` (who works in a store); what it must know of an order or a variant it asks through the
//! ports [`OrderSource`] and [`VariantSource`], and it reads the events of modules that it does not call by their wire names and
//! ids alone.
//!
//! Flow: an event comes in; who is told, and of what, is read with no transaction open; one
//! statement writes the inbox rows of several events and their messages: kind, parameters, recipient,
//! subject, no text and no token; a job claims pending messages with a lease, looks up what they
//! are about and writes them, sends them outside any transaction and marks them. An operator who
//! looks at one has it written once more, until 90 days after it was sent.
//!
//! Invariants:
//! - one message per dedupe key (kind, subject, recipient), and one Message-ID per message, made of
//!   its id: a crash while sending may repeat a Message-ID, never make a second one;
//! - a message goes from pending to sent, or without a mail server to written, once; each attempt that failed leaves a row in
//!   `notification_logs`;
//! - an address is sent so many messages of a kind that strangers can cause in a day, and no more;
//! - nothing that a person typed can add a header, a line to a text or an element to an HTML.

mod access;
mod acts;
mod allowance;
mod api;
mod compose;
#[expect(unreachable_pub, reason = "the derives make public types")]
mod entities;
mod events;
mod format;
mod jobs;
mod locale;
mod mail;
mod sanitize;
mod sending;
mod service;
mod settings;
mod status;
mod stored_message;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod translator;

use std::sync::Arc;

pub use acts::ACTS;
pub use api::*;
use feira_kernel::{Env, Module, Runtime};
use feira_store::Stores;
use feira_user::Users;
pub use mail::kinds;
pub use sending::FAILPOINTS;
pub use settings::{DailyBounds, Settings, SettingsError, Transport};

/// The modules below, and where facts about orders and variants come from.
#[derive(Clone)]
pub struct Deps {
    pub users: Arc<dyn Users>,
    pub stores: Arc<dyn Stores>,
    pub orders: Arc<dyn OrderSource>,
    pub variants: Arc<dyn VariantSource>,
}

/// Starts the module; to be called inside the runtime, because connections to a mail server are
/// kept open by a task. Nothing is sent yet: the runtime's jobs do that.
pub fn start(
    env: Env,
    deps: Deps,
    settings: Settings,
) -> Result<Module<dyn Notifications>, SettingsError> {
    let config = settings.checked()?;
    let sends = config.sender.sends();
    let composer = Arc::new(compose::MailComposer::new(env.clone(), deps, config.site));
    let outbound = sending::Outbound::new(
        composer.clone(),
        config.from,
        config.sender,
        settings.max_attempts,
    );
    Ok(Module {
        api: Arc::new(service::Service::new(composer.clone(), sends)),
        runtime: Runtime {
            name: "notification",
            subscriptions: events::subscriptions(&composer, settings.daily),
            jobs: jobs::jobs(&env, &outbound),
            env,
        },
    })
}
