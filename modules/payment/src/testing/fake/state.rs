use std::collections::VecDeque;

use feira_kernel::Money;

use super::FakeOutcome;
use crate::{
    Earning, EarningState, Instalments, InterestBearer, LegStatus, Method, MethodKind, NewRefund,
    NextAction, Payment, PaymentError, PaymentFailure, PaymentId, PaymentLeg, PaymentStatus,
    Reference, Refund, ReleaseEarning, SettleLeg, Split, StartPayment,
    br_code::{BrCode, Merchant},
    status::{self, Action},
    testing::NOW,
};

#[derive(Default)]
pub(super) struct State {
    pub(super) outcomes: VecDeque<FakeOutcome>,
    /// Whether nothing can be paid.
    pub(super) closed: bool,
    /// Methods by which no payment begins, and why.
    pub(super) withdrawn: Vec<(MethodKind, PaymentError)>,
    /// Methods that pay the stores themselves.
    pub(super) to_stores: Vec<MethodKind>,
    /// Whether it is too late to give back anything.
    pub(super) keeps_all: bool,
    /// How many of the next refunds the provider refuses.
    pub(super) refusals: usize,
    /// How many of the next refunds wait for somebody.
    pub(super) held: usize,
    pub(super) payments: Vec<Kept>,
    pub(super) refunded: Vec<(NewRefund, Refund)>,
    pub(super) starts: Vec<StartPayment>,
    pub(super) cancels: Vec<PaymentId>,
    pub(super) refunds: Vec<NewRefund>,
    pub(super) releases: Vec<ReleaseEarning>,
}

#[derive(Clone)]
pub(super) struct Kept {
    pub(super) start: StartPayment,
    pub(super) payment: Payment,
    pub(super) splits: Vec<SplitState>,
    pub(super) reversed: Vec<Money>,
    pub(super) version: i64,
}

#[derive(Clone)]
pub(super) struct SplitState {
    pub(super) split: Split,
    pub(super) refunded: Money,
    /// Of that, what disputes took.
    pub(super) lost: Money,
    pub(super) released: bool,
}

impl State {
    pub(super) fn offered(&self, method: &Method) -> Result<(), PaymentError> {
        if self.closed {
            return Err(PaymentError::NotOffered);
        }
        let mut withdrawn = self.withdrawn.iter();
        match withdrawn.find(|(name, _)| *name == method.kind()) {
            Some((_, refusal)) => Err(refusal.clone()),
            None => Ok(()),
        }
    }

    pub(super) fn newest(&mut self, reference: Reference) -> Option<&mut Kept> {
        self.payments
            .iter_mut()
            .rev()
            .find(|kept| kept.payment.reference == reference)
    }

    pub(super) fn find(&mut self, id: PaymentId) -> Result<&mut Kept, PaymentError> {
        self.payments
            .iter_mut()
            .find(|kept| kept.payment.id == id)
            .ok_or(PaymentError::NotFound)
    }

    pub(super) fn begin(&mut self, start: StartPayment) -> Result<Payment, PaymentError> {
        for kept in &mut self.payments {
            if kept.payment.reference != start.reference {
                continue;
            }
            if status::is_live(kept.payment.status) {
                kept.advance(Action::Cancel)?;
            } else if status::blocks_new_attempt(kept.payment.status) {
                return Err(PaymentError::IllegalMove(kept.payment.status));
            }
        }
        let outcome = self.outcomes.pop_front().unwrap_or(match &start.method {
            Method::Pix {} | Method::BankTransfer {} | Method::Paypal {} | Method::Whatsapp {} => {
                FakeOutcome::Pending
            }
            Method::CashOnDelivery {} => FakeOutcome::Agreed,
            Method::Card { token, .. } => match token.as_str() {
                "tok_declined" => FakeOutcome::Declined,
                "tok_delayed" => FakeOutcome::Pending,
                "tok_timeout_after_charge" => FakeOutcome::Unknown,
                _ => FakeOutcome::Captured,
            },
            Method::SavedCard { .. } => FakeOutcome::Captured,
        });
        let to_stores = self.to_stores.contains(&start.method.kind());
        let kept = Kept::new(start, outcome, to_stores)?;
        let payment = kept.payment.clone();
        self.payments.push(kept);
        Ok(payment)
    }
}

impl Kept {
    fn new(
        start: StartPayment,
        outcome: FakeOutcome,
        to_stores: bool,
    ) -> Result<Self, PaymentError> {
        let waits = outcome == FakeOutcome::Pending && start.method == Method::Pix {};
        let next_action = if to_stores {
            NextAction::PayStores {}
        } else if waits {
            pix_code(&start)?
        } else {
            NextAction::None {}
        };
        let zero = Money::zero(start.amount.currency());
        let payment = Payment {
            id: PaymentId(start.key),
            reference: start.reference,
            payer: start.payer,
            method: start.method.kind(),
            gateway: "fake".to_owned(),
            status: PaymentStatus::Pending,
            amount: start.amount,
            refunded: zero,
            next_action,
            legs: legs_of(&start, to_stores),
            statement: None,
            page: None,
            instalments: match start.method.instalments() {
                1 => None,
                count => {
                    let bearer = InterestBearer::Store;
                    Some(Instalments::new(count, Some(start.amount), bearer))
                }
            },
            failure: None,
            expires_at: start.expires_at,
            created_at: NOW,
        };
        let splits = start.splits.iter().map(|split| SplitState {
            split: split.clone(),
            refunded: zero,
            lost: zero,
            released: false,
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
                kept.payment.failure = Some(PaymentFailure::CardDeclined);
            }
            FakeOutcome::Agreed => kept.advance(Action::Authorize)?,
            FakeOutcome::Pending | FakeOutcome::Unknown => {}
        }
        Ok(kept)
    }

    pub(super) fn advance(&mut self, action: Action) -> Result<(), PaymentError> {
        self.payment.status = status::next(self.payment.status, action)?;
        self.payment.next_action = NextAction::None {};
        self.version += 1;
        Ok(())
    }

    pub(super) fn settle_leg(&mut self, settle: &SettleLeg) -> Result<Payment, PaymentError> {
        let to = match settle.paid {
            true => LegStatus::Paid,
            false => LegStatus::Unpaid,
        };
        let legs = &mut self.payment.legs;
        let leg = legs.iter_mut().find(|leg| leg.part == settle.part);
        let leg = leg.ok_or(PaymentError::NotFound)?;
        match leg.status {
            LegStatus::Open => leg.status = to,
            status if status == to => return Ok(self.payment.clone()),
            LegStatus::Unpaid if settle.late => {
                leg.status = to;
                let refunded = self.payment.refunded.amount();
                let now = (refunded, self.collected()?.amount());
                self.payment.status = status::leg_came_late(self.payment.status, now)?;
                self.version += 1;
                return Ok(self.payment.clone());
            }
            status => return Err(PaymentError::LegMove(status)),
        }
        let is = |status| move |leg: &PaymentLeg| leg.status == status;
        if !self.payment.legs.iter().any(is(LegStatus::Open)) {
            self.advance(match self.is_any_paid() {
                true => Action::Capture,
                false => Action::Cancel,
            })?;
        }
        Ok(self.payment.clone())
    }

    /// Of what stores are paid themselves, what was paid stays.
    pub(super) fn cancel(&mut self) -> Result<(), PaymentError> {
        self.advance(if self.is_any_paid() {
            Action::Capture
        } else {
            Action::Cancel
        })?;
        let legs = self.payment.legs.iter_mut();
        for leg in legs.filter(|leg| leg.status == LegStatus::Open) {
            leg.status = LegStatus::Unpaid;
        }
        Ok(())
    }

    /// Whether a store has money of it.
    pub(super) fn is_any_paid(&self) -> bool {
        let on_delivery = self.payment.method.is_on_delivery();
        let mut paid = self.payment.legs.iter();
        paid.any(|leg| leg.status == LegStatus::Paid && (on_delivery || !leg.amount.is_zero()))
    }

    /// All of it that somebody paid.
    pub(super) fn collected(&self) -> Result<Money, PaymentError> {
        let unpaid = self.payment.legs.iter();
        let mut unpaid = unpaid.filter(|leg| leg.status == LegStatus::Unpaid);
        unpaid.try_fold(self.payment.amount, |left, leg| {
            left.checked_sub(leg.amount).map_err(internal)
        })
    }

    pub(super) fn earning(&self, index: usize) -> Result<Earning, PaymentError> {
        let (state, earning) = (&self.splits[index], self.earned(index)?);
        let kept = state.split.amount.checked_sub(state.refunded);
        let kept = kept.map_err(internal)?;
        Ok(Earning {
            part: state.split.part,
            state: match state.released {
                _ if !status::is_captured(self.payment.status) => EarningState::Unpaid,
                _ if kept.is_zero() => EarningState::Refunded,
                true => EarningState::Payable,
                false => EarningState::Pending,
            },
            refunded: state.refunded,
            commission: kept.checked_sub(earning).map_err(internal)?,
            earning,
            fees: Money::zero(earning.currency()),
            instalments: self.payment.instalments,
            lost: state.lost,
            released_at: None,
            paid_at: None,
        })
    }

    pub(super) fn earned(&self, index: usize) -> Result<Money, PaymentError> {
        let state = &self.splits[index];
        let back = state
            .refunded
            .checked_sub(self.reversed[index])
            .map_err(internal)?;
        state.split.earning.checked_sub(back).map_err(internal)
    }
}

/// Of what stores are paid themselves.
fn legs_of(start: &StartPayment, before: bool) -> Vec<PaymentLeg> {
    let splits = start.splits.iter();
    let to_stores = splits.filter(|_| before || start.method.kind().is_on_delivery());
    let leg = |split: &Split| PaymentLeg {
        page: None,
        store: split.store,
        part: split.part,
        amount: split.amount,
        status: match before && split.amount.is_zero() {
            true => LegStatus::Paid,
            false => LegStatus::Open,
        },
        next_action: NextAction::None {},
        statement: None,
        paid_at: None,
    };
    to_stores.map(leg).collect()
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

pub(super) fn internal(error: impl std::fmt::Display) -> PaymentError {
    PaymentError::Internal(error.to_string())
}
