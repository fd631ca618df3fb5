//! What the gateway itself must keep, in its own schema: answers to repeated requests, and what
//! this installation has done once.

#[expect(unreachable_pub, reason = "the derives make public types")]
mod entities;
mod idempotency;
mod milestones;

use feira_kernel::{Env, Runtime, jobs::Job};

pub use idempotency::{Begin, Claim, Stored};

/// The gateway's own schema.
#[derive(Clone)]
pub struct Gateway {
    env: Env,
}

impl Gateway {
    pub fn new(env: Env) -> Self {
        Self { env }
    }

    /// Its jobs: forgetting answers that are older than was promised.
    pub fn runtime(&self) -> Runtime {
        let every = time::Duration::hours(1);
        let forget = Job::new("idempotency.forget", every, self, |gateway| async move {
            gateway.forget().await
        });
        Runtime {
            name: "gateway",
            env: self.env.clone(),
            subscriptions: Vec::new(),
            jobs: vec![forget],
        }
    }
}
