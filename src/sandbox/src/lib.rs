//! A simulated payment provider with its own HTTP endpoints, so that everything runs on a fresh
//! machine without keys: dynamic PIX, test cards, refunds, signed webhooks, and the buyer's bank.
//!
//! It is another party. It owns the schema `sandbox`, knows nothing of the marketplace's modules,
//! and is reached, and reaches the marketplace, by HTTP alone. It never runs in production.
//!
//! Test cards: `tok_approved` is captured at once; `tok_declined` is declined; `tok_delayed` is
//! captured by itself after a while and told by a webhook; `tok_needs_confirmation` waits for a
//! page; `tok_timeout_after_charge` is captured, but the answer comes too late for any caller.
//! Any other token is declined as unknown. Each is paid in up to 24 instalments, with two percent of interest for
//! each but the first: `GET /v1/instalments` says what they come to, and a charge who bears it.
//!
//! The payer's bank disputes a captured charge by `POST /sandbox/bank/charges/{id}/disputes`, and decides by
//! `POST /sandbox/bank/disputes/{id}/outcome`.
//! A customer's card is kept by `POST /v1/setups` and, with the `client_secret` that it answers, by her own
//! program: `POST /setups/confirm` with it and a test card's token, and another expiry if it is to have one.
//! Charged, it does what its test card does.
//! A store's account is opened by `POST /v1/accounts`; its holder gives what is missing on the page that
//! `POST /v1/accounts/{id}/links` names. Payouts go to it by `POST /v1/transfers` as far as the marketplace's
//! balance holds them, and come back by `POST /v1/transfers/{id}/reversals` as far as they are still there:
//! `POST /sandbox/bank/accounts/{id}/drain` takes it, and `POST /sandbox/bank/accounts/{id}` closes it.

mod accounts;
mod bank;
mod br_code;
mod charges;
mod disputes;
#[expect(unreachable_pub, reason = "the derives make public types")]
mod entities;
mod holder;
mod http;
mod instalments;
mod refunds;
mod setups;
mod status;
#[cfg(test)]
mod tests;
mod transfers;
mod webhooks;

use std::{sync::Arc, time::Duration};

use feira_kernel::{Env, Runtime, db, jobs::Job};
use tokio::sync::Notify;

pub use http::configure;

/// How the provider behaves and whom it tells.
#[derive(Clone)]
pub struct Settings {
    /// What callers show as `Authorization: Bearer`.
    pub api_key: String,
    /// Where the marketplace takes notifications; without it nobody is told.
    pub webhook_url: Option<String>,
    pub webhook_secret: String,
    /// Where this server is reached by a browser: `http://localhost:8080`.
    pub public_url: String,
    /// Who is paid.
    pub payee: String,
    /// How long `tok_timeout_after_charge` holds its answer.
    pub hold: Duration,
    /// After what time `tok_delayed` is captured.
    pub delay: time::Duration,
    /// Whether a webhook is sent as soon as there is something to tell; else by the job alone.
    pub deliver_at_once: bool,
}

/// The provider. Cheap to clone.
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

struct Inner {
    env: Env,
    settings: Settings,
    client: reqwest::Client,
    released: Notify,
}

/// What a caller is told went wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SandboxError {
    #[error("the api key is missing or wrong")]
    Unauthorized,
    #[error("no such charge")]
    NotFound,
    #[error("not in the charge's present state")]
    Conflict,
    #[error("{0}")]
    Invalid(String),
    /// What is asked did not happen, with a code that says why.
    #[error("refused: {0}")]
    Refused(&'static str),
    #[error("the database does not answer: {0}")]
    Unavailable(String),
}

impl From<db::Error> for SandboxError {
    fn from(error: db::Error) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl Sandbox {
    /// Errors: a client that cannot be built.
    pub fn new(env: Env, settings: Settings) -> Result<Self, String> {
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(10))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|e| e.to_string())?;
        Ok(Self(Arc::new(Inner {
            env,
            settings,
            client,
            released: Notify::new(),
        })))
    }

    /// Delayed captures, and webhooks that are due.
    pub fn runtime(&self) -> Runtime {
        let every = time::Duration::seconds(2);
        let jobs = vec![
            Job::new("sandbox.delayed", every, self, |sandbox| async move {
                sandbox.capture_delayed().await
            }),
            Job::new("sandbox.webhooks", every, self, |sandbox| async move {
                sandbox.deliver_due().await.map(|_| ())
            }),
        ];
        Runtime {
            name: "sandbox",
            env: self.0.env.clone(),
            subscriptions: Vec::new(),
            jobs,
        }
    }

    /// Lets go of answers that are held: for tests and an orderly end.
    pub fn release(&self) {
        self.0.released.notify_waiters();
    }

    fn id(&self, prefix: &str) -> String {
        format!("{prefix}_{}", self.0.env.uuid().simple())
    }
}
