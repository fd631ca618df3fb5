//! A provider in memory that can do as much, or as little, as a test says.

mod answers;
mod disputing;
mod paying;
mod saving;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use feira_kernel::{Clock, Money, Time};
use serde_json::json;
use time::Duration;
use tokio::sync::Notify;

use crate::{
    Method, PaymentId, ProviderWebhook, RefundId, SavedMethodId,
    provider::{
        CanDivide, Capabilities, Charge, Fact, Failure, Fee, Limits, Plans, RefundAnswer,
        RefundFact, Setup, TellsFees, ToldDispute,
    },
    signature,
};

const SECRET: &str = "the-webhook-secret-of-the-fake-provider";

/// Knows the sandbox's cards `tok_approved`, `tok_declined` and `tok_timeout_after_charge`; any other
/// waits. Clones are one provider.
#[derive(Clone)]
pub struct FakeProvider {
    name: String,
    capabilities: Capabilities,
    tells_fees: TellsFees,
    clock: Clock,
    /// What it takes for a refund.
    fee: Option<Money>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    charges: Vec<KeptCharge>,
    refunds: Vec<KeptRefund>,
    setups: Vec<KeptSetup>,
    paying: paying::Paying,
    disputes: Vec<ToldDispute>,
    notifications: Vec<ProviderWebhook>,
    loses: bool,
    down: bool,
    held: Option<HeldRefund>,
    gave_back: bool,
    fee: Option<Fee>,
    /// What it says beyond the plan that its payer pays.
    overcharges: i64,
}

/// A refund whose answer waits for the test.
#[derive(Clone, Default)]
pub struct HeldRefund {
    arrived: Arc<Notify>,
    goes_on: Arc<Notify>,
}

impl HeldRefund {
    pub async fn arrived(&self) {
        self.arrived.notified().await;
    }

    pub fn go_on(&self) {
        self.goes_on.notify_one();
    }
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

#[derive(Clone)]
struct KeptSetup {
    setup: Setup,
    /// The test card.
    token: Option<String>,
    key: SavedMethodId,
    forgotten: bool,
}

impl FakeProvider {
    /// One that can do everything.
    pub fn new(clock: Clock) -> Self {
        Self {
            name: "fake".to_owned(),
            capabilities: Capabilities {
                saved_cards: true,
                pays_stores: true,
                returns_told: true,
                ..Capabilities::all()
            },
            tells_fees: TellsFees::Never,
            clock,
            fee: None,
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
    pub fn without_saved_cards(mut self) -> Self {
        self.capabilities.saved_cards = false;
        self
    }

    #[must_use]
    pub fn keeping_keys_for(mut self, kept: Duration) -> Self {
        self.capabilities.keys_kept = Some(kept);
        self.capabilities.refunds_found = false;
        self
    }

    /// Says so much of a charge, once the test says that it does: see [`Self::settles`].
    #[must_use]
    pub fn taking_a_fee(mut self) -> Self {
        self.tells_fees = TellsFees::Always;
        self
    }

    /// What it took for each charge that has been captured.
    pub fn settles(&self, fee: Money) {
        self.state().fee = Some(fee.into());
    }

    /// The same, of which so much is interest of instalments.
    pub fn settles_with_interest(&self, fee: Money, financing: Money) {
        let financing = Some(financing);
        self.state().fee = Some(Fee {
            amount: fee,
            financing,
        });
    }

    /// Cards pay in up to so many instalments of at least this amount, for ten cents of interest each that
    /// is more than one; plans say so, and what they say holds.
    #[must_use]
    pub fn dividing(mut self, most: u8, least: Money) -> Self {
        self.capabilities.instalments = CanDivide::new(most, &[least], Plans::Binding);
        self
    }

    /// From now on payers of instalments pay so many cents more than was promised, or less.
    pub fn overcharges(&self, minor: i64) {
        self.state().overcharges = minor;
    }

    /// Takes so much for every refund, and says so.
    #[must_use]
    pub fn taking_fee(mut self, fee: Money) -> Self {
        self.fee = Some(fee);
        self.capabilities.refunds_cost = true;
        self
    }

    /// Whether it does not tell that the money of a refund came back.
    #[must_use]
    pub fn telling_no_returns(mut self) -> Self {
        self.capabilities.returns_told = false;
        self
    }

    /// The payer's bank sends back the money of the refund that was made as the nth, the first being 0; a
    /// notification tells of it.
    pub fn send_back(&self, nth: usize) {
        let mut state = self.state();
        let told = state.notifications.len();
        let kept = state.refunds.get_mut(nth).expect("the refund was made");
        kept.answer.fact = RefundFact::Failed;
        let (charge, event) = (kept.charge.clone(), format!("evt_back_{nth}_{told}"));
        let body = json!({"id": event, "type": "refund.failed", "charge_id": charge});
        let told = self.told(&body);
        state.notifications.push(told);
    }

    fn told(&self, body: &serde_json::Value) -> ProviderWebhook {
        let body = body.to_string().into_bytes();
        let header = signature::header(self.clock.now(), &body, SECRET);
        ProviderWebhook {
            provider: self.name.clone(),
            path: String::new(),
            headers: vec![(signature::HEADER.to_owned(), header)],
            body,
        }
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
        let told = self.told(&body);
        state.notifications.push(told);
    }

    /// The next charge, refund or question about a card that is asked for does not reach it.
    pub fn lose_next(&self) {
        self.state().loses = true;
    }

    /// Everything reaches it again, also if nothing was lost since [`Self::lose_next`].
    pub fn lose_no_more(&self) {
        self.state().loses = false;
    }

    /// Nothing is answered from now on, or everything again.
    pub fn is_down(&self, down: bool) {
        self.state().down = down;
    }

    /// The next refund that is asked for is refused, when the test says so.
    pub fn holds_next_refund(&self) -> HeldRefund {
        let held = HeldRefund::default();
        self.state().held = Some(held.clone());
        held
    }

    /// Somebody gives back there whatever is asked for from now on, or does no more.
    pub fn gives_back_there(&self, gives: bool) {
        self.state().gave_back = gives;
    }

    /// How many charges and refunds were made.
    pub fn made(&self) -> (usize, usize) {
        let state = self.state();
        (state.charges.len(), state.refunds.len())
    }

    /// What it gave back of the payment's charges, in its smallest unit, less what came back to it.
    pub fn given_of(&self, payment: PaymentId) -> i64 {
        let state = self.state();
        let of = state.charges.iter();
        let of = of.filter(|kept| kept.charge.payment == Some(payment));
        of.map(|kept| state.given(&kept.charge.id)).sum()
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
        self.answers()
    }

    fn answers(&self) -> Result<(), Failure> {
        match self.down {
            true => Err(Failure::Unknown("it is down".to_owned())),
            false => Ok(()),
        }
    }
}

impl fmt::Debug for FakeProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeProvider")
            .field("capabilities", &self.capabilities)
            .finish_non_exhaustive()
    }
}
