//! What disputes take of the payments in memory.

use feira_kernel::Money;

use super::{
    FakePayments,
    state::{Kept, internal},
};
use crate::{
    DisputeId, PartReference, PaymentDisputeClosed, PaymentError, PaymentId, PaymentStatus,
};

impl FakePayments {
    /// Disputes have taken so much of the part for good; less than before, if one was won on appeal. Gives the event
    /// that the real module would have published.
    pub fn loses(
        &self,
        payment: PaymentId,
        part: PartReference,
        lost: Money,
    ) -> PaymentDisputeClosed {
        let mut state = self.state();
        let kept = state.find(payment).expect("the payment was started");
        kept.loses(part, lost).expect("as much is there")
    }
}

impl Kept {
    fn loses(
        &mut self,
        part: PartReference,
        lost: Money,
    ) -> Result<PaymentDisputeClosed, PaymentError> {
        let found = self.splits.iter().position(|s| s.split.part == part);
        let index = found.ok_or(PaymentError::NotFound)?;
        let zero = Money::zero(lost.currency());
        let split = &mut self.splits[index];
        let more = lost.checked_sub(split.lost).map_err(internal)?;
        split.lost = lost;
        split.refunded = split.refunded.checked_add(more).map_err(internal)?;
        let store = split.split.store;
        self.reversed[index] = self.reverse_of(index, zero)?;
        let refunded = self.payment.refunded.checked_add(more);
        self.payment.refunded = refunded.map_err(internal)?;
        self.payment.status = match self.payment.refunded {
            none if none.is_zero() => PaymentStatus::Completed,
            all if all == self.payment.amount => PaymentStatus::Refunded,
            _ => PaymentStatus::PartiallyRefunded,
        };
        self.version += 1;
        Ok(PaymentDisputeClosed {
            payment: self.payment.id,
            version: self.version,
            reference: self.payment.reference,
            dispute: DisputeId(part.0),
            won: more.is_negative(),
            stores: vec![store],
        })
    }
}
