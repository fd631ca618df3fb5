use std::collections::VecDeque;

use feira_kernel::Money;

use super::FakeOutcome;
use crate::{
    Earning, EarningState, Method, MethodKind, NewRefund, NextAction, Payment, PaymentError,
    PaymentId, PaymentStatus, Reference, Refund, RefundId, RefundStatus, ReleaseEarning, Split,
    StartPayment,
    br_code::{BrCode, Merchant},
    reversal,
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
    /// Whether it is too late to give back anything.
    pub(super) keeps_all: bool,
    /// How many of the next refunds the provider refuses.
    pub(super) refusals: usize,
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
            Method::Pix {} | Method::BankTransfer {} => FakeOutcome::Pending,
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

    pub(super) fn give_back(&mut self, refund: NewRefund) -> Result<Refund, PaymentError> {
        if let Some((asked, done)) = self.refunded.iter().find(|(r, _)| r.key == refund.key) {
            let same = asked.payment == refund.payment && asked.parts == refund.parts;
            return if same {
                Ok(done.clone())
            } else {
                Err(PaymentError::KeyReused)
            };
        }
        if self.keeps_all {
            return Err(PaymentError::RefundTooLate);
        }
        let done = if self.refusals > 0 {
            self.refusals -= 1;
            // Nothing changes of what was refused.
            Refund {
                status: RefundStatus::Failed,
                ..self.find(refund.payment)?.clone().give_back(&refund)?
            }
        } else {
            self.find(refund.payment)?.give_back(&refund)?
        };
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
            method: start.method.kind(),
            gateway: "fake".to_owned(),
            status: PaymentStatus::Pending,
            amount: start.amount,
            refunded: zero,
            next_action,
            statement: None,
            failure: None,
            expires_at: start.expires_at,
            created_at: NOW,
        };
        let splits = start.splits.iter().map(|split| SplitState {
            split: split.clone(),
            refunded: zero,
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
                kept.payment.failure = Some("card_declined".to_owned());
            }
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

    pub(super) fn give_back(&mut self, refund: &NewRefund) -> Result<Refund, PaymentError> {
        status::next(self.payment.status, Action::RefundPart)?;
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
