//! How much an address is sent in a day of what a stranger can cause who types it: of each kind by
//! itself, so that who asks for a lost link again and again keeps no word of an order back. What goes
//! to the people of a store follows what was paid, or what the marketplace decided: of that there is
//! no bound.

use std::collections::HashMap;

use crate::{mail::Kind, settings::DailyBounds};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Allowance {
    /// What an account asks of an address that is not its own yet.
    Security,
    /// What a buyer is told of her orders.
    Buyer,
}

impl Kind {
    pub(crate) fn allowance(self) -> Option<Allowance> {
        match self {
            Self::ChangeEmail => Some(Allowance::Security),
            // They follow the right password.
            Self::EmailChangeAsked | Self::PasswordChanged => None,
            // `user` makes few an hour of each, and no stranger may use up the owner's way in.
            Self::VerifyEmail | Self::ResetPassword | Self::SignInLink => None,
            Self::OrderPlaced
            | Self::OrderConfirmed
            | Self::OrderShipped
            | Self::OrderCancelled
            | Self::OrderRefunded => Some(Allowance::Buyer),
            Self::ApplicationApproved
            | Self::ApplicationRejected
            | Self::StoreSuspended
            | Self::StoreReinstated
            | Self::PartCancelled
            | Self::PartRefunded
            | Self::NewOrder
            | Self::PaymentExpected
            | Self::PayoutPaid
            | Self::PayoutReturned
            | Self::DebtInvoiced
            | Self::PayoutAccountChanged
            | Self::PhoneChanged
            | Self::PaymentDisputed
            | Self::DisputeClosed
            | Self::StockLow => None,
        }
    }
}

/// What addresses have had of a day, and what is added to it.
pub(crate) struct Had {
    bounds: DailyBounds,
    /// By address and kind.
    counts: HashMap<(String, &'static str), u32>,
}

impl Had {
    pub(crate) fn new(bounds: DailyBounds) -> Self {
        Self {
            bounds,
            counts: HashMap::new(),
        }
    }

    pub(crate) fn add(&mut self, address: &str, kind: Kind, messages: u32) {
        let count = self.count(address, kind);
        *count = count.saturating_add(messages);
    }

    /// Whether one more of the kind may go there, which it then has had.
    pub(crate) fn admits(&mut self, address: &str, kind: Kind) -> bool {
        let Some(allowance) = kind.allowance() else {
            return true;
        };
        let bound = match allowance {
            Allowance::Security => self.bounds.security,
            Allowance::Buyer => self.bounds.buyer,
        };
        let count = self.count(address, kind);
        let admitted = *count < bound;
        *count += u32::from(admitted);
        admitted
    }

    fn count(&mut self, address: &str, kind: Kind) -> &mut u32 {
        let key = (address.to_lowercase(), kind.as_str());
        self.counts.entry(key).or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allowance_ends_and_the_other_goes_on() {
        let mut had = Had::new(DailyBounds {
            security: 2,
            buyer: 3,
        });
        had.add("Ana@example.com", Kind::ChangeEmail, 1);
        had.add("ana@example.com", Kind::NewOrder, 1_000);
        assert!(had.admits("ana@EXAMPLE.com", Kind::ChangeEmail));
        for _ in 0..2 {
            assert!(!had.admits("ana@example.com", Kind::ChangeEmail));
        }
        assert!(had.admits("bia@example.com", Kind::ChangeEmail));
        let mut orders = || had.admits("ana@example.com", Kind::OrderShipped);
        assert_eq!([orders(), orders(), orders()], [true; 3]);
        assert_eq!([orders(), orders()], [false; 2]);
    }

    #[test]
    fn what_was_paid_is_told_without_end_and_the_way_in_stays_open() {
        let mut had = Had::new(DailyBounds {
            security: 1,
            buyer: 1,
        });
        for _ in 0..1_000 {
            let ways_in = [Kind::VerifyEmail, Kind::ResetPassword, Kind::SignInLink];
            for kind in ways_in.into_iter().chain([Kind::NewOrder]) {
                assert!(had.admits("ana@example.com", kind));
            }
        }
    }
}
