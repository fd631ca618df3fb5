//! The text about the state of an order's earning.

use feira_payment::WhyNotPaid;
use feira_web::reports::{Coming, Sale, Why};

use super::payouts::why_not;
use crate::page::Page;

/// The text key; the sale's time follows the text if there is one.
pub(super) fn why(sale: &Sale) -> &'static str {
    key(sale.why)
}

/// When what is payable is paid, or why it waits.
pub(super) fn coming(p: &Page, coming: &Coming) -> String {
    let held = match coming.held_as_new {
        true => "earning-held-new",
        false => "earning-held",
    };
    match &coming.why_not {
        None => p.t1("earning-coming", p.exact(&coming.at)),
        Some(WhyNotPaid::Held { until }) => p.tn1(held, coming.hold_days, p.exact(until)),
        Some(why) => why_not(p, why),
    }
}

fn key(why: Why) -> &'static str {
    match why {
        Why::Unpaid => "earning-unpaid",
        Why::Cancelled => "earning-cancelled",
        Why::Refunding => "earning-refunding",
        Why::Refunded => "earning-refunded",
        Why::Undelivered => "earning-later",
        Why::ReturnWindow => "earning-window",
        Why::NoDocument => "earning-no-document",
        Why::Releasing => "earning-releasing",
        Why::Payable => "earning-payable",
        Why::InPayout => "earning-in-payout",
        Why::PaidOut => "earning-paid-out",
        Why::PaidToStore => "earning-paid-to-store",
        Why::PaidAtProvider => "earning-paid-at-provider",
        Why::OnDelivery => "earning-on-delivery",
    }
}

#[cfg(test)]
mod tests {
    use feira_order::{Fulfilment as F, SellerOrder, Settlement};
    use feira_payment::{Earning, EarningState};

    use super::*;
    use crate::page::{Lang, samples};

    fn sale(order: &SellerOrder, told: Earning) -> Sale {
        Sale::of(order.summary(), Some(told))
    }

    fn told(fulfilment: F, settlement: Settlement, state: EarningState) -> (&'static str, bool) {
        let order = samples::seller_order(fulfilment, settlement);
        let earning = Earning {
            state,
            ..samples::earning(&order)
        };
        let sale = sale(&order, earning);
        (why(&sale), sale.earning == order.earning)
    }

    #[test]
    fn what_was_cancelled_earns_nothing() {
        use {EarningState as E, Settlement as S};
        let cancelled = |settlement, state| told(F::Cancelled, settlement, state);
        // The refund follows a moment after the cancellation.
        let going = cancelled(S::Paid, E::Pending);
        assert_eq!(going, ("earning-refunding", false));
        let gone = cancelled(S::Refunded, E::Refunded);
        assert_eq!(gone, ("earning-refunded", false));
        let never = cancelled(S::Unpaid, E::Unpaid);
        assert_eq!(never, ("earning-cancelled", false));
    }

    #[test]
    fn what_waits_for_a_document_says_so() {
        let mut order = samples::seller_order(F::Delivered, Settlement::Paid);
        let why = |order: &SellerOrder| why(&sale(order, samples::earning(order)));
        order.lacks_document = true;
        assert_eq!(why(&order), "earning-later");
        order.store_order.completed_at = Some(samples::ago(1));
        assert_eq!(why(&order), "earning-no-document");
        order.lacks_document = false;
        assert_eq!(why(&order), "earning-releasing");
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
        let shown = sale(&order, told);
        let found = (why(&shown), shown.at);
        assert_eq!(found, ("earning-window", Some(samples::NOW)));
        assert_eq!(shown.refunded, samples::brl(4_945));
        let sums = (shown.commission, shown.earning);
        assert_eq!(sums, (samples::brl(599), samples::brl(4_346)));
        let unknown = Sale::of(order.summary(), None);
        let found = (why(&unknown), unknown.refunded);
        assert_eq!(found, ("earning-unpaid", samples::brl(0)));
    }

    #[test]
    fn an_order_is_told_of_as_in_the_list() {
        let order = samples::seller_order(F::Delivered, Settlement::Paid);
        let row = order.summary();
        let part = &order.store_order;
        assert_eq!((row.id, row.total), (part.id, part.totals.total));
        assert_eq!(Some(row.recipient), order.shipping_address.recipient);
        let units: u32 = part.lines.iter().map(|line| line.quantity).sum();
        assert_eq!((row.units, row.earning), (units, order.earning));
    }

    #[test]
    fn every_reason_has_its_words() {
        for why in Why::ALL {
            for lang in Lang::ALL {
                assert_ne!(lang.text(key(why)), key(why), "{}", why.as_str());
            }
        }
        for state in EarningState::ALL {
            let key = format!("earning-state-{}", state.as_str());
            for lang in Lang::ALL {
                assert!(lang.find(&key).is_some(), "{key}");
            }
        }
    }
}
