use feira_kernel::Currency;
use proptest::prelude::*;

use super::*;

fn brl(minor: i64) -> Money {
    Money::from_minor(minor, Currency::BRL).unwrap()
}

fn fresh(amount: i64, commission: i64) -> Taken {
    Taken {
        amount: brl(amount),
        commission: brl(commission),
        refunded: brl(0),
        commission_reversed: brl(0),
        commission_kept: brl(0),
    }
}

impl Taken {
    /// What the refund takes from whom, after which it is taken.
    fn take(&mut self, refund: i64, bearer: Bearer) -> Borne {
        let sides = reverse(self, brl(refund)).unwrap();
        let borne = sides.borne(bearer).unwrap();
        self.refunded = self.refunded.checked_add(brl(refund)).unwrap();
        let add = |a: Money, b| a.checked_add(b).unwrap();
        self.commission_reversed = add(self.commission_reversed, borne.commission);
        self.commission_kept = add(self.commission_kept, borne.kept);
        borne
    }

    /// It came back.
    fn give(&mut self, refund: i64, borne: &Borne) {
        let sub = |a: Money, b| a.checked_sub(b).unwrap();
        self.refunded = sub(self.refunded, brl(refund));
        self.commission_reversed = sub(self.commission_reversed, borne.commission);
        self.commission_kept = sub(self.commission_kept, borne.kept);
    }
}

#[test]
fn a_half_cent_goes_up_once() {
    let mut taken = fresh(1000, 125);
    let half = taken.take(500, Bearer::BothSides);
    assert_eq!((half.commission, half.earning), (brl(63), brl(437)));
    let rest = taken.take(500, Bearer::BothSides);
    assert_eq!((rest.commission, rest.earning), (brl(62), brl(438)));
}

#[test]
fn who_bears_it_gives_it() {
    for (borne_by, keeps, expected) in [
        (None, false, [100, 900, 0]),
        // Nothing was sold: there is nothing to keep.
        (None, true, [100, 900, 0]),
        (Some(BorneBy::Store), false, [100, 900, 0]),
        (Some(BorneBy::Store), true, [0, 1000, 0]),
        (Some(BorneBy::Marketplace), false, [0, 0, 1000]),
        (Some(BorneBy::Marketplace), true, [0, 0, 1000]),
    ] {
        let borne = fresh(2000, 200).take(1000, Bearer::of(borne_by, keeps));
        let found = [borne.commission, borne.earning, borne.promotion].map(Money::minor);
        assert_eq!(found, expected, "{borne_by:?} {keeps}");
    }
}

#[test]
fn what_was_kept_before_is_not_given_back_by_the_next() {
    let mut taken = fresh(1000, 100);
    taken.take(500, Bearer::Marketplace);
    taken.take(200, Bearer::StoreAlone);
    let rest = taken.take(300, Bearer::BothSides);
    assert_eq!((rest.commission, rest.earning), (brl(30), brl(270)));
}

#[test]
fn what_came_back_is_given_back_again() {
    // A cent each: the fiftieth alone takes commission.
    let mut taken = fresh(100, 1);
    let made: Vec<Borne> = (0..100).map(|_| taken.take(1, Bearer::BothSides)).collect();
    for borne in made.iter().filter(|borne| borne.commission.is_zero()) {
        taken.give(1, borne);
    }
    let next = taken.take(1, Bearer::BothSides);
    assert_eq!((next.commission, next.earning), (brl(0), brl(1)));
    let last = taken.take(98, Bearer::BothSides);
    assert_eq!((last.commission, last.earning), (brl(0), brl(98)));
}

fn bearer() -> impl Strategy<Value = Bearer> {
    prop_oneof![
        Just(Bearer::BothSides),
        Just(Bearer::StoreAlone),
        Just(Bearer::Marketplace),
    ]
}

proptest! {
    #[test]
    fn any_sequence_of_refunds_takes_the_splits_back_exactly(
        splits in proptest::collection::vec((1_i64..50_000, 0_i64..=100), 1..=5),
        cuts in proptest::collection::vec((0_usize..5, 1_i64..9_000), 0..24),
    ) {
        let commission = |(amount, percent): &(i64, i64)| amount * percent / 100;
        let mut all: Vec<Taken> = splits.iter().map(|s| fresh(s.0, commission(s))).collect();
        let mut earned_back = vec![0; all.len()];
        let last = (0..all.len()).map(|at| (at, i64::MAX));
        for (at, cut) in cuts.into_iter().chain(last) {
            let at = at % all.len();
            let taken = &mut all[at];
            let left = taken.amount.minor() - taken.refunded.minor();
            let refund = cut.min(left);
            if refund == 0 {
                continue;
            }
            let part = taken.take(refund, Bearer::BothSides);
            prop_assert_eq!(part.commission.minor() + part.earning.minor(), refund);
            prop_assert!(!part.commission.is_negative() && !part.earning.is_negative());
            earned_back[at] += part.earning.minor();
            prop_assert!(taken.commission_reversed.minor() <= taken.commission.minor());
        }
        for ((taken, split), earned) in all.iter().zip(&splits).zip(earned_back) {
            prop_assert_eq!(taken.refunded.minor(), split.0);
            prop_assert_eq!(taken.commission_reversed.minor(), commission(split));
            prop_assert_eq!(earned, split.0 - commission(split));
        }
    }

    #[test]
    fn no_side_gives_more_than_it_had_whoever_bears_it(
        amount in 1_i64..5_000,
        percent in 0_i64..=100,
        steps in proptest::collection::vec((1_i64..900, bearer(), any::<bool>()), 0..40),
    ) {
        let commission = amount * percent / 100;
        let mut taken = fresh(amount, commission);
        let mut made: Vec<(i64, Borne)> = Vec::new();
        for (cut, bearer, comes_back) in steps {
            if comes_back && !made.is_empty() {
                let (refund, borne) = made.remove(made.len() / 2);
                taken.give(refund, &borne);
                continue;
            }
            let refund = cut.min(amount - taken.refunded.minor());
            if refund == 0 {
                continue;
            }
            let borne = taken.take(refund, bearer);
            let sum = borne.commission.minor() + borne.earning.minor() + borne.promotion.minor();
            prop_assert_eq!(sum, refund);
            for side in [borne.commission, borne.earning, borne.promotion, borne.kept] {
                prop_assert!(!side.is_negative(), "{borne:?}");
            }
            made.push((refund, borne));
            let gone = taken.commission_reversed.minor() + taken.commission_kept.minor();
            prop_assert!(gone <= commission && taken.refunded.minor() <= amount);
            prop_assert!(taken.refunded.minor() - gone <= amount - commission);
        }
        let rest = amount - taken.refunded.minor();
        if rest > 0 {
            taken.take(rest, Bearer::BothSides);
        }
        let gone = taken.commission_reversed.minor() + taken.commission_kept.minor();
        prop_assert_eq!(gone, commission);
    }

    /// A dispute and a refund that run side by side, and end in either order: neither side ever gives more than
    /// it has.
    #[test]
    fn what_ends_in_another_order_stays_within_the_split(
        amount in 3_i64..50_000,
        percent in 0_i64..=100,
        first in 1_i64..9_000,
        second in 1_i64..9_000,
    ) {
        let first = first.min(amount - 2);
        let second = second.min(amount - first);
        let commission = amount * percent / 100;
        let taken = |refunded: i64, commission_reversed: Money| Taken {
            refunded: brl(refunded),
            commission_reversed,
            ..fresh(amount, commission)
        };
        // The dispute counts the refund that runs; that one then counts the dispute.
        let running = reverse(&taken(0, brl(0)), brl(first)).unwrap();
        let disputed = reverse(&taken(first, running.commission), brl(second)).unwrap();
        let refunded = reverse(&taken(second, disputed.commission), brl(first)).unwrap();
        let reversed = refunded.commission.minor() + disputed.commission.minor();
        prop_assert!(reversed <= commission);
        for side in [refunded, disputed] {
            prop_assert!(!side.commission.is_negative() && !side.earning.is_negative());
        }
        if first + second == amount {
            prop_assert_eq!(reversed, commission);
        }
    }
}

proptest! {
    /// However often a part becomes smaller, what stays of it is at the ratio, and all that it took comes back.
    #[test]
    fn what_is_let_go_leaves_the_ratio(
        amount in 1_i64..50_000, cut in 0_i64..=100, before in 0_i64..=100, part in 1_i64..=100,
        steps in prop::collection::vec(1_i64..=100, 1..6),
    ) {
        let mut taken = fresh(amount, amount * cut / 100);
        let before = amount * before / 200;
        if before > 0 {
            taken.take(before, Bearer::BothSides);
        }
        let mut whole = ((amount - before) * part / 100).max(1);
        let borne = taken.take(whole, Bearer::BothSides);
        let mut left = Reversal { commission: borne.commission, earning: borne.earning };
        let all = steps.len();
        for (number, step) in steps.into_iter().enumerate() {
            let less = if number + 1 == all { whole } else { whole * step / 101 };
            let back = let_go(&taken, left, brl(less)).unwrap();
            prop_assert_eq!(back.commission.minor() + back.earning.minor(), less);
            prop_assert!(back.commission.minor() >= 0 && back.earning.minor() >= 0);
            taken.refunded = taken.refunded.checked_sub(brl(less)).unwrap();
            let reversed = taken.commission_reversed.checked_sub(back.commission);
            taken.commission_reversed = reversed.unwrap();
            left.commission = left.commission.checked_sub(back.commission).unwrap();
            left.earning = left.earning.checked_sub(back.earning).unwrap();
            whole -= less;
            prop_assert!(left.commission.minor() >= 0 && left.earning.minor() >= 0);
            let due = proportion(taken.commission, taken.refunded, taken.amount).unwrap();
            prop_assert!((due.minor() - taken.commission_reversed.minor()).abs() <= 1);
        }
        prop_assert_eq!((left.commission.minor(), left.earning.minor()), (0, 0));
    }
}
