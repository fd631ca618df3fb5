//! What the payments in memory give back, and what comes back of it.

use feira_kernel::Money;
use uuid::Uuid;

use super::state::{Kept, SplitState, State, internal};
use crate::{
    BorneBy, LegStatus, NewRefund, PartPreview, PartReference, PaymentError, PaymentId,
    PaymentRefundFailed, PaymentRefunded, PaymentStatus, Refund, RefundDraft, RefundId, RefundPart,
    RefundPreview, RefundStatus,
    reversal::{self, Bearer, Taken},
    status::{self, Action},
};

impl State {
    pub(super) fn give_back(&mut self, mut refund: NewRefund) -> Result<Refund, PaymentError> {
        if let Some((asked, done)) = self.refunded.iter().find(|(r, _)| r.key == refund.key) {
            let same_parts = refund.parts.is_empty() || asked.parts == refund.parts;
            let same = asked.payment == refund.payment && same_parts;
            return if same {
                Ok(done.clone())
            } else {
                Err(PaymentError::KeyReused)
            };
        }
        if self.keeps_all {
            return Err(PaymentError::RefundTooLate);
        }
        if refund.parts.is_empty() {
            refund.parts = self.rest(refund.payment, refund.rest_of)?;
        }
        let done = if self.held > 0 {
            self.held -= 1;
            Refund {
                status: RefundStatus::Pending,
                ..self.find(refund.payment)?.clone().give_back(&refund)?
            }
        } else if self.refusals > 0 {
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

    /// What is neither given back nor on its way back.
    fn rest(
        &mut self,
        payment: PaymentId,
        of: Option<PartReference>,
    ) -> Result<Vec<RefundPart>, PaymentError> {
        let kept = self.find(payment)?.clone();
        status::next(kept.payment.status, Action::RefundPart)?;
        let runs = |(asked, done): &&(NewRefund, Refund)| {
            asked.payment == payment && done.status == RefundStatus::Pending
        };
        let running = self.refunded.iter().filter(runs);
        let running: Vec<&RefundPart> = running.flat_map(|(asked, _)| &asked.parts).collect();
        let mut rest = Vec::new();
        for state in &kept.splits {
            let part = state.split.part;
            let mut legs = kept.payment.legs.iter();
            let unpaid = legs.any(|leg| leg.part == part && leg.status != LegStatus::Paid);
            if unpaid || of.is_some_and(|of| of != part) {
                continue;
            }
            let mut amount = state.split.amount.checked_sub(state.refunded);
            for on_its_way in running.iter().filter(|one| one.part == part) {
                amount = amount.and_then(|left| left.checked_sub(on_its_way.amount));
            }
            let amount = amount.map_err(internal)?;
            if amount.is_positive() {
                rest.push(RefundPart { part, amount });
            }
        }
        match rest.is_empty() {
            true => Err(PaymentError::RefundTooLarge),
            false => Ok(rest),
        }
    }

    fn made(&self, key: Uuid) -> Option<usize> {
        self.refunded.iter().position(|(asked, _)| asked.key == key)
    }

    pub(super) fn finish(&mut self, key: Uuid) -> Option<PaymentRefunded> {
        let at = self.made(key)?;
        let (asked, waits) = self.refunded[at].clone();
        if waits.status != RefundStatus::Pending {
            return None;
        }
        let kept = self.find(asked.payment).ok()?;
        let done = kept.give_back(&asked).ok()?;
        let told = PaymentRefunded {
            payment: asked.payment,
            version: kept.version,
            reference: kept.payment.reference,
            refund: done.id,
            full: kept.payment.status == PaymentStatus::Refunded,
        };
        self.refunded[at].1 = done;
        Some(told)
    }

    pub(super) fn refuse(&mut self, key: Uuid) -> Option<PaymentRefundFailed> {
        let at = self.made(key)?;
        let (asked, waits) = self.refunded[at].clone();
        if waits.status != RefundStatus::Pending {
            return None;
        }
        let kept = self.find(asked.payment).ok()?;
        let told = PaymentRefundFailed {
            payment: asked.payment,
            version: kept.version,
            reference: kept.payment.reference,
            refund: waits.id,
            came_back: false,
        };
        self.refunded[at].1 = Refund {
            status: RefundStatus::Failed,
            ..waits
        };
        Some(told)
    }

    pub(super) fn withdraw(&mut self, key: Uuid) -> Option<PaymentRefundFailed> {
        let told = self.refuse(key)?;
        let at = self.made(key)?;
        self.refunded[at].1.withdrawn = true;
        Some(told)
    }

    pub(super) fn send_back(&mut self, key: Uuid) -> Option<PaymentRefundFailed> {
        let at = self.made(key)?;
        let (asked, done) = self.refunded[at].clone();
        if done.status != RefundStatus::Completed {
            return None;
        }
        let kept = self.find(asked.payment).ok()?;
        kept.has_back(&asked).ok()?;
        let told = PaymentRefundFailed {
            payment: asked.payment,
            version: kept.version,
            reference: kept.payment.reference,
            refund: done.id,
            came_back: true,
        };
        self.refunded[at].1 = Refund {
            status: RefundStatus::Failed,
            came_back: true,
            ..done
        };
        Some(told)
    }
}

impl Kept {
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
            let taken = state.taken(state.refunded, reversed[index]);
            let taken_back = reversal::reverse(&taken, part.amount).map_err(internal)?;
            reversed[index] = reversed[index]
                .checked_add(taken_back.commission)
                .map_err(internal)?;
            state.refunded = state.refunded.checked_add(part.amount).map_err(internal)?;
            total = total.checked_add(part.amount).map_err(internal)?;
        }
        let refunded = self.payment.refunded.checked_add(total).map_err(internal)?;
        let full = refunded == self.collected()?;
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
            came_back: false,
            withdrawn: false,
            given_back_there: false,
            reference: Some(refund.key.to_string()),
        })
    }

    /// Of the commission, what all that went back of the part would have reversed alone.
    pub(super) fn reverse_of(&self, index: usize, zero: Money) -> Result<Money, PaymentError> {
        let state = &self.splits[index];
        let taken = state.taken(zero, zero);
        let rest = reversal::reverse(&taken, state.refunded).map_err(internal)?;
        Ok(rest.commission)
    }

    /// What was reversed is what the rest would have reversed alone.
    fn has_back(&mut self, refund: &NewRefund) -> Result<(), PaymentError> {
        for part in &refund.parts {
            let found = self.splits.iter().position(|s| s.split.part == part.part);
            let index = found.ok_or(PaymentError::NotFound)?;
            let zero = Money::zero(part.amount.currency());
            let state = &mut self.splits[index];
            state.refunded = state.refunded.checked_sub(part.amount).map_err(internal)?;
            self.reversed[index] = self.reverse_of(index, zero)?;
            let refunded = self.payment.refunded.checked_sub(part.amount);
            self.payment.refunded = refunded.map_err(internal)?;
        }
        self.advance(if self.payment.refunded.is_zero() {
            Action::ReturnAll
        } else {
            Action::ReturnPart
        })
    }

    pub(super) fn preview(&self, draft: &RefundDraft) -> Result<RefundPreview, PaymentError> {
        status::next(self.payment.status, Action::RefundPart)?;
        let bearer = Bearer::of(draft.borne_by, false);
        let mut amount = Money::zero(self.payment.amount.currency());
        let mut parts = Vec::new();
        for part in &draft.parts {
            let found = self.splits.iter().position(|s| s.split.part == part.part);
            let index = found.ok_or(PaymentError::NotFound)?;
            let state = &self.splits[index];
            let left = state.split.amount.checked_sub(state.refunded);
            let left = left.and_then(|left| left.checked_sub(part.amount));
            let left = left.map_err(|_| PaymentError::RefundTooLarge)?;
            if left.is_negative() {
                return Err(PaymentError::RefundTooLarge);
            }
            let taken = state.taken(state.refunded, self.reversed[index]);
            let sides = reversal::reverse(&taken, part.amount).map_err(internal)?;
            let borne = sides.borne(bearer).map_err(internal)?;
            let earned = self.earned(index)?.checked_sub(borne.earning);
            amount = amount.checked_add(part.amount).map_err(internal)?;
            parts.push(PartPreview {
                part: part.part,
                amount: part.amount,
                commission: borne.commission,
                earning: borne.earning,
                promotion: borne.promotion,
                left,
                earning_left: earned.map_err(internal)?,
            });
        }
        Ok(RefundPreview {
            amount,
            parts,
            fee_borne_by: BorneBy::Marketplace,
            fee: Some(Money::zero(amount.currency())),
        })
    }
}

impl SplitState {
    fn taken(&self, refunded: Money, commission_reversed: Money) -> Taken {
        Taken {
            amount: self.split.amount,
            commission: self.split.commission,
            refunded,
            commission_reversed,
            commission_kept: Money::zero(self.split.amount.currency()),
        }
    }
}
