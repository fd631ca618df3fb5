//! A provider in memory that can do as much, or as little, as a test says.

mod answers;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use feira_kernel::{Clock, Money, Time};
use serde_json::json;
use time::Duration;

use crate::{
    Method, ProviderWebhook, RefundId,
    provider::{Capabilities, Charge, Fact, Failure, Limits, RefundAnswer},
    signature,
};

const SECRET: &str = "the-webhook-secret-of-the-fake-provider";

/// Knows the sandbox's cards `tok_approved`, `tok_declined` and `tok_timeout_after_charge`; any other
/// waits. Clones are one provider.
#[derive(Clone)]
pub struct FakeProvider {
    name: String,
    capabilities: Capabilities,
    clock: Clock,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    charges: Vec<KeptCharge>,
    refunds: Vec<KeptRefund>,
    notifications: Vec<ProviderWebhook>,
    loses: bool,
}

struct KeptCharge {
    charge: Charge,
    txid: String,
    asked_at: Time,
    captured_at: Time,
}

struct KeptRefund {
    key: RefundId,
    charge: String,
    answer: RefundAnswer,
    asked_at: Time,
}

impl FakeProvider {
    /// One that can do everything.
    pub fn new(clock: Clock) -> Self {
        Self {
            name: "fake".to_owned(),
            capabilities: Capabilities::all(),
            clock,
            state: Arc::default(),
        }
    }

    /// Takes this, and of all else only what is said so too.
    #[must_use]
    pub fn taking(mut self, method: &Method, least: Money, most: Money) -> Self {
        let takes = self.capabilities.takes.get_or_insert_default();
        takes.push((method.kind(), Limits { least, most }));
        self
    }

    #[must_use]
    pub fn without_partial_refunds(mut self) -> Self {
        self.capabilities.partial_refunds = false;
        self
    }

    #[must_use]
    pub fn refunding_within(mut self, window: Duration) -> Self {
        self.capabilities.refund_window = Some(window);
        self
    }

    #[must_use]
    pub fn without_voids(mut self) -> Self {
        self.capabilities.voids = false;
        self
    }

    #[must_use]
    pub fn keeping_keys_for(mut self, kept: Duration) -> Self {
        self.capabilities.keys_kept = Some(kept);
        self.capabilities.refunds_found = false;
        self
    }

    /// The payer pays the PIX charge of this txid, and a notification tells of it.
    pub fn pay(&self, txid: &str) {
        let now = self.clock.now();
        let mut state = self.state();
        let of_txid = |kept: &&mut KeptCharge| kept.txid == txid;
        let kept = state.charges.iter_mut().find(of_txid);
        let kept = kept.expect("the charge was made");
        kept.charge.fact = Fact::Captured;
        kept.captured_at = now;
        let event = format!("evt_{txid}");
        let body = json!({"id": event, "type": "charge.captured", "charge_id": kept.charge.id});
        let body = body.to_string().into_bytes();
        let header = signature::header(now, &body, SECRET);
        state.notifications.push(ProviderWebhook {
            provider: self.name.clone(),
            path: String::new(),
            headers: vec![(signature::HEADER.to_owned(), header)],
            body,
        });
    }

    /// The next charge or refund that is asked for does not reach it.
    pub fn lose_next(&self) {
        self.state().loses = true;
    }

    /// How many charges and refunds were made.
    pub fn made(&self) -> (usize, usize) {
        let state = self.state();
        (state.charges.len(), state.refunds.len())
    }

    /// Those that were sent since this was last asked.
    pub fn notifications(&self) -> Vec<ProviderWebhook> {
        std::mem::take(&mut self.state().notifications)
    }

    /// The same one, under the name by which it is configured.
    pub(crate) fn named(&self, name: String) -> Self {
        Self {
            name,
            ..self.clone()
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn arrives(&mut self) -> Result<(), Failure> {
        if std::mem::take(&mut self.loses) {
            return Err(Failure::Unknown("it was lost on its way".to_owned()));
        }
        Ok(())
    }
}

impl fmt::Debug for FakeProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeProvider")
            .field("capabilities", &self.capabilities)
            .finish_non_exhaustive()
    }
}
