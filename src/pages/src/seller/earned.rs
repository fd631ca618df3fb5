//! What a seller is told of the earning by one of her orders.

use feira_kernel::{Money, Ref, Time};
use feira_order::{SellerOrder, Settlement};
use feira_payment::{Earning, EarningState};

/// What came of the sale, and when or why not.
pub(super) struct Earned {
    /// What went back to the buyer, or goes.
    pub(super) refunded: Option<Money>,
    pub(super) commission: Money,
    pub(super) earning: Money,
    /// The key of a text.
    pub(super) why: &'static str,
    pub(super) at: Option<Time>,
}

impl Earned {
    /// What is paid payment tells; what it does not know of is as it was agreed.
    pub(super) fn of(order: &SellerOrder, told: Option<Earning>) -> Self {
        let part = &order.store_order;
        let zero = Money::zero(part.totals.total.currency());
        if !part.earns() {
            let (refunded, why) = match part.settlement {
                Settlement::Unpaid => (None, "earning-cancelled"),
                Settlement::Refunded => (Some(part.totals.total), "earning-refunded"),
                Settlement::Paid | Settlement::PartiallyRefunded => {
                    (Some(part.totals.total), "earning-refunding")
                }
            };
            return Self {
                refunded,
                commission: zero,
                earning: zero,
                why,
                at: None,
            };
        }
        let told = told.unwrap_or(Earning {
            part: Ref::new(part.id.0),
            state: EarningState::Unpaid,
            refunded: zero,
            commission: order.commission,
            earning: order.earning,
        });
        let (why, at) = match (told.state, part.return_window_ends_at) {
            (EarningState::Unpaid, _) => ("earning-unpaid", None),
            (EarningState::Pending, None) => ("earning-later", None),
            (EarningState::Pending, ends) => ("earning-window", ends),
            (EarningState::Payable, _) => ("earning-payable", part.completed_at),
            (EarningState::InPayout, _) => ("earning-in-payout", None),
            (EarningState::PaidOut, _) => ("earning-paid-out", None),
            (EarningState::Refunded, _) => ("earning-refunded", None),
        };
        Self {
            refunded: Some(told.refunded).filter(|refunded| !refunded.is_zero()),
            commission: told.commission,
            earning: told.earning,
            why,
            at,
        }
    }
}

#[cfg(test)]
mod tests {
    use feira_order::Fulfilment as F;

    use super::*;
    use crate::page::samples;

    fn told(fulfilment: F, settlement: Settlement, state: EarningState) -> (&'static str, bool) {
        let order = samples::seller_order(fulfilment, settlement);
        let earning = Earning {
            state,
            ..samples::earning(&order)
        };
        let earned = Earned::of(&order, Some(earning));
        (earned.why, earned.earning == order.earning)
    }

    #[test]
    fn what_was_cancelled_earns_nothing() {
        use {EarningState as E, Settlement as S};
        let cancelled = |settlement, state| told(F::Cancelled, settlement, state);
        // A moment after it was cancelled the money is still there.
        let going = cancelled(S::Paid, E::Pending);
        assert_eq!(going, ("earning-refunding", false));
        let gone = cancelled(S::Refunded, E::Refunded);
        assert_eq!(gone, ("earning-refunded", false));
        let never = cancelled(S::Unpaid, E::Unpaid);
        assert_eq!(never, ("earning-cancelled", false));
    }

    #[test]
    fn an_order_says_where_its_earning_stands() {
        use {EarningState as E, Settlement as S};
        let unpaid = told(F::Pending, S::Unpaid, E::Unpaid);
        assert_eq!(unpaid, ("earning-unpaid", true));
        let later = told(F::Accepted, S::Paid, E::Pending);
        assert_eq!(later, ("earning-later", true));
        for (state, why) in [
            (E::Payable, "earning-payable"),
            (E::InPayout, "earning-in-payout"),
            (E::PaidOut, "earning-paid-out"),
        ] {
            assert_eq!(told(F::Delivered, S::Paid, state), (why, true));
        }
    }
    #[test]
    fn each_state_of_an_order_and_of_its_money_has_its_figure() {
        use {EarningState as E, Settlement as S};
        let living = [F::Pending, F::Accepted, F::Packed, F::Shipped, F::Delivered];
        for (state, why) in [
            (E::Unpaid, "earning-unpaid"),
            (E::Pending, "earning-later"),
            (E::Payable, "earning-payable"),
            (E::InPayout, "earning-in-payout"),
            (E::PaidOut, "earning-paid-out"),
            (E::Refunded, "earning-refunded"),
        ] {
            for at in living {
                for settlement in [S::Unpaid, S::Paid, S::PartiallyRefunded] {
                    let found = told(at, settlement, state);
                    assert_eq!(found, (why, true), "{at:?} {settlement:?} {state:?}");
                }
                let back = told(at, S::Refunded, state);
                assert_eq!(back, ("earning-refunded", false), "{at:?} {state:?}");
            }
            for (settlement, why) in [
                (S::Unpaid, "earning-cancelled"),
                (S::Paid, "earning-refunding"),
                (S::PartiallyRefunded, "earning-refunding"),
                (S::Refunded, "earning-refunded"),
            ] {
                for gone in [F::Cancelled, F::Returned] {
                    let found = told(gone, settlement, state);
                    assert_eq!(found, (why, false), "{gone:?} {settlement:?} {state:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_told_of_the_money_is_what_is_shown() {
        let mut order = samples::seller_order(F::Delivered, Settlement::PartiallyRefunded);
        order.store_order.return_window_ends_at = Some(samples::NOW);
        let told = Earning {
            refunded: samples::brl(4_945),
            commission: samples::brl(599),
            earning: samples::brl(4_346),
            ..samples::earning(&order)
        };
        let shown = Earned::of(&order, Some(told));
        let found = (shown.why, shown.at);
        assert_eq!(found, ("earning-window", Some(samples::NOW)));
        assert_eq!(shown.refunded, Some(samples::brl(4_945)));
        let sums = (shown.commission, shown.earning);
        assert_eq!(sums, (samples::brl(599), samples::brl(4_346)));
        let unknown = Earned::of(&order, None);
        assert_eq!((unknown.why, unknown.refunded), ("earning-unpaid", None));
    }
}
