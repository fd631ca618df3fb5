use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use feira_kernel::{
    Actor, Env, Money, Page, PageRequest, StoreId, db,
    outbox::{Event, publish},
};
use uuid::Uuid;

use super::NOW;
use crate::{
    Balance, Books, Exchange, LedgerLine, Method, NewRefund, NextAction, Payment, PaymentCaptured,
    PaymentError, PaymentId, PaymentStatus, Payments, Payout, PayoutId, ProviderWebhook, Reference,
    Refund, RefundId, RefundStatus, ReleaseEarning, SplitState, StartPayment, access,
    br_code::{BrCode, Merchant},
    machine::{self, Action},
    reversal, rules,
};

/// What the next started payment becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FakeOutcome {
    /// Waits for the payer.
    Pending,
    /// Captured at once.
    Captured,
    Declined,
    /// The provider did not answer: pending, and nothing for the payer to do.
    Unknown,
}

/// Payments in memory. Without a told outcome PIX is pending and a card follows its token
/// (`tok_declined`, `tok_delayed`, `tok_timeout_after_charge`; any other is captured).
#[derive(Clone, Default)]
pub struct FakePayments(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    outcomes: VecDeque<FakeOutcome>,
    payments: Vec<Kept>,
    refunded: Vec<(NewRefund, Refund)>,
    starts: Vec<StartPayment>,
    cancels: Vec<PaymentId>,
    refunds: Vec<NewRefund>,
    releases: Vec<ReleaseEarning>,
}

#[derive(Clone)]
struct Kept {
    start: StartPayment,
    payment: Payment,
    splits: Vec<SplitState>,
    reversed: Vec<Money>,
    version: i64,
}

impl FakePayments {
    pub fn new() -> Self {
        Self::default()
    }

    /// Told outcomes are used up in order.
    pub fn next_outcome(&self, outcome: FakeOutcome) -> &Self {
        self.state().outcomes.push_back(outcome);
        self
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

impl State {
    fn newest(&mut self, reference: Reference) -> Option<&mut Kept> {
        self.payments
            .iter_mut()
            .rev()
            .find(|kept| kept.payment.reference == reference)
    }

    fn find(&mut self, id: PaymentId) -> Result<&mut Kept, PaymentError> {
        self.payments
            .iter_mut()
            .find(|kept| kept.payment.id == id)
            .ok_or(PaymentError::NotFound)
    }

    fn begin(&mut self, start: StartPayment) -> Result<Payment, PaymentError> {
        for kept in &mut self.payments {
            if kept.payment.reference != start.reference {
                continue;
            }
            if machine::is_live(kept.payment.status) {
                kept.advance(Action::Cancel)?;
            } else if machine::blocks_new_attempt(kept.payment.status) {
                return Err(PaymentError::IllegalMove(kept.payment.status));
            }
        }
        let outcome = self.outcomes.pop_front().unwrap_or(match &start.method {
            Method::Pix {} => FakeOutcome::Pending,
            Method::Card { token } => match token.as_str() {
                "tok_declined" => FakeOutcome::Declined,
                "tok_delayed" => FakeOutcome::Pending,
                "tok_timeout_after_charge" => FakeOutcome::Unknown,
                _ => FakeOutcome::Captured,
            },
        });
        let kept = Kept::new(start, outcome)?;
        let payment = kept.payment.clone();
        self.payments.push(kept);
        Ok(payment)
    }

    fn give_back(&mut self, refund: NewRefund) -> Result<Refund, PaymentError> {
        if let Some((asked, done)) = self.refunded.iter().find(|(r, _)| r.key == refund.key) {
            let same = asked.payment == refund.payment && asked.parts == refund.parts;
            return if same {
                Ok(done.clone())
            } else {
                Err(PaymentError::KeyReused)
            };
        }
        let done = self.find(refund.payment)?.give_back(&refund)?;
        self.refunded.push((refund, done.clone()));
        Ok(done)
    }
}

impl Kept {
    fn new(start: StartPayment, outcome: FakeOutcome) -> Result<Self, PaymentError> {
        let waits = outcome == FakeOutcome::Pending && start.method == Method::Pix {};
        let next_action = if waits {
            pix_code(&start)?
        } else {
            NextAction::None {}
        };
        let zero = Money::zero(start.amount.currency());
        let payment = Payment {
            id: PaymentId(start.key),
            reference: start.reference,
            payer: start.payer,
            method: start.method.name().to_owned(),
            gateway: "fake".to_owned(),
            status: PaymentStatus::Pending,
            amount: start.amount,
            refunded: zero,
            next_action,
            failure: None,
            expires_at: start.expires_at,
            created_at: NOW,
        };
        let splits = start.splits.iter().map(|split| SplitState {
            split: split.clone(),
            refunded: zero,
            released: false,
            payout: None,
        });
        let mut kept = Self {
            splits: splits.collect(),
            reversed: vec![zero; start.splits.len()],
            start,
            payment,
            version: 0,
        };
        match outcome {
            FakeOutcome::Captured => kept.advance(Action::Capture)?,
            FakeOutcome::Declined => {
                kept.advance(Action::Fail)?;
                kept.payment.failure = Some("card_declined".to_owned());
            }
            FakeOutcome::Pending | FakeOutcome::Unknown => {}
        }
        Ok(kept)
    }

    fn advance(&mut self, action: Action) -> Result<(), PaymentError> {
        self.payment.status = machine::next(self.payment.status, action)?;
        self.payment.next_action = NextAction::None {};
        self.version += 1;
        Ok(())
    }

    fn give_back(&mut self, refund: &NewRefund) -> Result<Refund, PaymentError> {
        machine::next(self.payment.status, Action::RefundPart)?;
        let mut total = Money::zero(self.payment.amount.currency());
        let mut splits = self.splits.clone();
        let mut reversed = self.reversed.clone();
        for part in &refund.parts {
            let found = splits.iter().position(|s| s.split.part == part.part);
            let index = found.ok_or(PaymentError::NotFound)?;
            let state = &mut splits[index];
            let left = state
                .split
                .amount
                .checked_sub(state.refunded)
                .map_err(internal)?;
            if part
                .amount
                .compare(left)
                .map_err(|_| PaymentError::RefundTooLarge)?
                .is_gt()
            {
                return Err(PaymentError::RefundTooLarge);
            }
            let taken = reversal::Taken {
                amount: state.split.amount,
                commission: state.split.commission,
                refunded: state.refunded,
                commission_reversed: reversed[index],
            };
            let taken_back = reversal::reverse(&taken, part.amount).map_err(internal)?;
            reversed[index] = reversed[index]
                .checked_add(taken_back.commission)
                .map_err(internal)?;
            state.refunded = state.refunded.checked_add(part.amount).map_err(internal)?;
            total = total.checked_add(part.amount).map_err(internal)?;
        }
        let refunded = self.payment.refunded.checked_add(total).map_err(internal)?;
        let full = refunded == self.payment.amount;
        self.advance(if full {
            Action::RefundRest
        } else {
            Action::RefundPart
        })?;
        (self.splits, self.reversed, self.payment.refunded) = (splits, reversed, refunded);
        Ok(Refund {
            id: RefundId(refund.key),
            payment: self.payment.id,
            amount: total,
            status: RefundStatus::Completed,
        })
    }

    fn earned(&self, index: usize) -> Result<Money, PaymentError> {
        let state = &self.splits[index];
        let back = state
            .refunded
            .checked_sub(self.reversed[index])
            .map_err(internal)?;
        state.split.earning.checked_sub(back).map_err(internal)
    }
}

fn pix_code(start: &StartPayment) -> Result<NextAction, PaymentError> {
    let code = BrCode {
        merchant: Merchant::Dynamic {
            url: format!("pix.example/{}", start.key),
        },
        amount: Some(start.amount.amount()),
        name: "FAKE".to_owned(),
        city: "SAO PAULO".to_owned(),
        txid: None,
    };
    Ok(NextAction::PixCode {
        br_code: code.write().map_err(internal)?,
        qr_svg: "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>".to_owned(),
    })
}

fn internal(error: impl std::fmt::Display) -> PaymentError {
    PaymentError::Internal(error.to_string())
}

fn whole<T>(items: Vec<T>) -> Page<T> {
    Page {
        items,
        next_cursor: None,
    }
}

#[async_trait]
impl Payments for FakePayments {
    async fn start(&self, actor: &Actor, start: StartPayment) -> Result<Payment, PaymentError> {
        access::order(actor)?;
        rules::validate_start(&start, time::OffsetDateTime::UNIX_EPOCH)?;
        let mut state = self.state();
        state.starts.push(start.clone());
        let known = state
            .payments
            .iter()
            .find(|kept| kept.start.key == start.key);
        if let Some(kept) = known {
            let same = kept.start.reference == start.reference
                && kept.start.method == start.method
                && kept.start.amount == start.amount
                && kept.start.splits == start.splits;
            return if same {
                Ok(kept.payment.clone())
            } else {
                Err(PaymentError::KeyReused)
            };
        }
        state.begin(start)
    }

    async fn payment(&self, actor: &Actor, id: PaymentId) -> Result<Payment, PaymentError> {
        let payment = self.state().find(id)?.payment.clone();
        access::payment(actor, payment.payer)?;
        Ok(payment)
    }

    async fn by_references(
        &self,
        actor: &Actor,
        references: Vec<Reference>,
    ) -> Result<Vec<Payment>, PaymentError> {
        access::order(actor)?;
        Ok(references
            .into_iter()
            .filter_map(|r| self.payment_of(r))
            .collect())
    }

    async fn cancel(&self, actor: &Actor, id: PaymentId) -> Result<Payment, PaymentError> {
        access::order(actor)?;
        let mut state = self.state();
        state.cancels.push(id);
        let kept = state.find(id)?;
        if machine::is_live(kept.payment.status) {
            kept.advance(Action::Cancel)?;
        }
        Ok(kept.payment.clone())
    }

    async fn refund(&self, actor: &Actor, refund: NewRefund) -> Result<Refund, PaymentError> {
        access::order(actor)?;
        rules::validate_refund(&refund)?;
        let mut state = self.state();
        state.refunds.push(refund.clone());
        state.give_back(refund)
    }

    async fn release_earning(
        &self,
        actor: &Actor,
        release: ReleaseEarning,
    ) -> Result<(), PaymentError> {
        access::order(actor)?;
        let mut state = self.state();
        state.releases.push(release.clone());
        let captured = |kept: &&mut Kept| {
            kept.payment.reference == release.reference && machine::is_captured(kept.payment.status)
        };
        let kept = state
            .payments
            .iter_mut()
            .find(captured)
            .ok_or(PaymentError::NotFound)?;
        let split = kept
            .splits
            .iter_mut()
            .find(|s| s.split.part == release.part);
        split.ok_or(PaymentError::NotFound)?.released = true;
        Ok(())
    }

    async fn provider_webhook(
        &self,
        actor: &Actor,
        _webhook: ProviderWebhook,
    ) -> Result<(), PaymentError> {
        access::gateway(actor)
    }

    async fn payments(
        &self,
        actor: &Actor,
        page: PageRequest,
    ) -> Result<Page<Payment>, PaymentError> {
        access::see_payments(actor)?;
        let state = self.state();
        let newest = state.payments.iter().rev().take(page.limit() as usize);
        Ok(whole(newest.map(|kept| kept.payment.clone()).collect()))
    }

    async fn balance(
        &self,
        actor: &Actor,
        store: Option<StoreId>,
    ) -> Result<Vec<Balance>, PaymentError> {
        let store = access::store(actor, store)?;
        let mut balances: Vec<Balance> = Vec::new();
        for kept in &self.state().payments {
            if !machine::is_captured(kept.payment.status) {
                continue;
            }
            let zero = Money::zero(kept.payment.amount.currency());
            for (index, state) in kept.splits.iter().enumerate() {
                if state.split.store != store {
                    continue;
                }
                if balances.iter().all(|b| b.currency != zero.currency()) {
                    balances.push(Balance {
                        store,
                        currency: zero.currency(),
                        pending: zero,
                        payable: zero,
                        in_payout: zero,
                        paid: zero,
                    });
                }
                for balance in balances
                    .iter_mut()
                    .filter(|b| b.currency == zero.currency())
                {
                    let side = if state.released {
                        &mut balance.payable
                    } else {
                        &mut balance.pending
                    };
                    *side = side.checked_add(kept.earned(index)?).map_err(internal)?;
                }
            }
        }
        Ok(balances)
    }

    async fn ledger(
        &self,
        actor: &Actor,
        store: Option<StoreId>,
        _page: PageRequest,
    ) -> Result<Page<LedgerLine>, PaymentError> {
        access::store(actor, store)?;
        Ok(whole(Vec::new()))
    }

    async fn payouts(
        &self,
        actor: &Actor,
        _page: PageRequest,
    ) -> Result<Page<Payout>, PaymentError> {
        access::payouts(actor)?;
        Ok(whole(Vec::new()))
    }

    async fn run_payouts(&self, actor: &Actor) -> Result<Vec<Payout>, PaymentError> {
        access::manage_payouts(actor).or_else(|_| access::upkeep(actor))?;
        Ok(Vec::new())
    }

    async fn mark_payout_paid(
        &self,
        actor: &Actor,
        _payout: PayoutId,
        _reference: String,
    ) -> Result<Payout, PaymentError> {
        access::manage_payouts(actor)?;
        Err(PaymentError::NotFound)
    }

    async fn books(&self, actor: &Actor) -> Result<Books, PaymentError> {
        access::see_payments(actor)?;
        Ok(Books {
            balanced: true,
            accounts: Vec::new(),
            violations: Vec::new(),
            transactions: 0,
        })
    }

    async fn exchanges(&self, actor: &Actor, id: PaymentId) -> Result<Vec<Exchange>, PaymentError> {
        access::see_payments(actor)?;
        self.state().find(id).map(|_| Vec::new())
    }

    async fn poll(&self, actor: &Actor) -> Result<u32, PaymentError> {
        access::upkeep(actor).map(|()| 0)
    }

    async fn splits(
        &self,
        actor: &Actor,
        payment: PaymentId,
    ) -> Result<Vec<SplitState>, PaymentError> {
        access::order(actor)?;
        Ok(self.state().find(payment)?.splits.clone())
    }

    async fn reference_of(&self, actor: &Actor, id: PaymentId) -> Result<Uuid, PaymentError> {
        access::order(actor).or_else(|_| access::gateway(actor))?;
        Ok(self.state().find(id)?.payment.reference.0)
    }
}
