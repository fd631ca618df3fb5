mod disputes;
mod payments;
mod refunds;
mod state;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use feira_kernel::{
    Env, db,
    outbox::{Event, publish},
};
use uuid::Uuid;

use crate::{
    MethodKind, NewRefund, Payment, PaymentCaptured, PaymentError, PaymentId, PaymentRefundFailed,
    PaymentRefunded, Reference, Refund, ReleaseEarning, StartPayment, status::Action,
};
use state::State;

/// What the next started payment becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FakeOutcome {
    /// Waits for the payer.
    Pending,
    /// Captured at once.
    Captured,
    Declined,
    /// Authorized, to be paid to each store on delivery.
    Agreed,
    /// The provider did not answer: pending, and nothing for the payer to do.
    Unknown,
}

/// Payments in memory. Without a told outcome PIX is pending and a card follows its token
/// (`tok_declined`, `tok_delayed`, `tok_timeout_after_charge`; any other is captured); what is paid on
/// delivery is authorized. What `order` does not ask for is `Internal`.
#[derive(Clone, Default)]
pub struct FakePayments(Arc<Mutex<State>>);

impl FakePayments {
    pub fn new() -> Self {
        Self::default()
    }

    /// Told outcomes are used up in order.
    pub fn next_outcome(&self, outcome: FakeOutcome) -> &Self {
        self.state().outcomes.push_back(outcome);
        self
    }

    /// From now on nothing can be paid, as without a provider.
    pub fn close(&self) {
        self.state().closed = true;
    }

    /// After [`Self::close`]: it can be paid again.
    pub fn open(&self) {
        self.state().closed = false;
    }

    /// From now on payments by this method pay the stores themselves before anything is sold.
    pub fn pay_stores(&self, method: MethodKind) -> &Self {
        self.state().to_stores.push(method);
        self
    }

    /// From now on no payment by this method begins, as with a provider that takes no new ones;
    /// those that have begun are answered.
    pub fn withdraw(&self, method: MethodKind, refusal: PaymentError) {
        self.state().withdrawn.push((method, refusal));
    }

    /// The provider refuses the next refund that is asked for under a new key.
    pub fn refuse_next_refund(&self) -> &Self {
        self.state().refusals += 1;
        self
    }

    /// The next refund that is asked for under a new key waits for somebody; see [`Self::finish_refund`].
    pub fn hold_next_refund(&self) -> &Self {
        self.state().held += 1;
        self
    }

    /// The refund that was made under the key, and waits, has arrived. Gives the event that the real module
    /// would have published.
    pub fn finish_refund(&self, key: Uuid) -> PaymentRefunded {
        let mut state = self.state();
        state.finish(key).expect("it waits, and fits")
    }

    /// The refund that was made under the key, and waits, is refused after all. Gives the event that the real
    /// module would have published.
    pub fn refuse_held_refund(&self, key: Uuid) -> PaymentRefundFailed {
        let mut state = self.state();
        state.refuse(key).expect("it waits")
    }

    /// Nobody will send the refund that was made under the key, and waits. Gives the event that the real module would
    /// have published.
    pub fn withdraw_held_refund(&self, key: Uuid) -> PaymentRefundFailed {
        let mut state = self.state();
        state.withdraw(key).expect("it waits")
    }

    /// The money of the completed refund under the key came back. Gives the event that the real module would
    /// have published.
    pub fn send_refund_back(&self, key: Uuid) -> PaymentRefundFailed {
        let mut state = self.state();
        state.send_back(key).expect("it was completed")
    }

    /// From now on it is too late to give anything back.
    pub fn keep_all(&self) {
        self.state().keeps_all = true;
    }

    /// After [`Self::keep_all`]: it is given back again.
    pub fn keep_nothing(&self) {
        self.state().keeps_all = false;
    }

    /// Refunds by key that were made, with what became of them.
    pub fn refunded(&self) -> Vec<Refund> {
        let state = self.state();
        state
            .refunded
            .iter()
            .map(|(_, done)| done.clone())
            .collect()
    }

    /// The payer of the newest payment of the reference pays, as late as she likes. Gives the
    /// event that the real module would have published; see [`Self::announce`].
    pub fn capture(&self, reference: Reference) -> PaymentCaptured {
        let mut state = self.state();
        let kept = state.newest(reference).expect("a payment was started");
        kept.advance(Action::Capture)
            .expect("it can still be captured");
        PaymentCaptured {
            payment: kept.payment.id,
            version: kept.version,
            reference,
        }
    }

    /// The same for one payment, such as an attempt that was given up before it was paid.
    pub fn capture_payment(&self, id: PaymentId) -> PaymentCaptured {
        let mut state = self.state();
        let kept = state.find(id).expect("the payment was started");
        kept.advance(Action::Capture)
            .expect("it can still be captured");
        PaymentCaptured {
            payment: id,
            version: kept.version,
            reference: kept.payment.reference,
        }
    }

    /// The newest payment of the reference.
    pub fn payment_of(&self, reference: Reference) -> Option<Payment> {
        self.state()
            .newest(reference)
            .map(|kept| kept.payment.clone())
    }

    /// Writes an event into the outbox of the schema that the environment belongs to.
    pub async fn announce<E: Event + Clone + Send + Sync + 'static>(env: &Env, event: E) {
        let input = (env.clone(), event);
        let written: Result<Uuid, db::Error> = env
            .pool
            .transaction(input, |tx, (env, event)| {
                Box::pin(async move { publish(tx, &env, &event).await })
            })
            .await;
        written.expect("the event is written");
    }

    /// Every call of `start`, repeats too.
    pub fn starts(&self) -> Vec<StartPayment> {
        self.state().starts.clone()
    }

    pub fn cancels(&self) -> Vec<PaymentId> {
        self.state().cancels.clone()
    }

    pub fn refunds(&self) -> Vec<NewRefund> {
        self.state().refunds.clone()
    }

    pub fn releases(&self) -> Vec<ReleaseEarning> {
        self.state().releases.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
