use std::collections::BTreeSet;

use feira_kernel::{Currency, Money, Time, Total};
use proptest::prelude::*;
use time::{Duration, macros::datetime};
use uuid::Uuid;

use super::{
    Fact, FactKind, matched,
    matching::Matched,
    report::{Line, Report},
};
use crate::{DifferenceKind, PaymentId, Reference, ReportFormat};

const START: Time = datetime!(2026-03-17 12:00 UTC);

fn money(minor: i64, currency: Currency) -> Total {
    Money::from_minor(minor, currency).unwrap().into()
}

fn brl(minor: i64) -> Total {
    money(minor, Currency::BRL)
}

fn line(number: u64, id: &str, kind: FactKind, amount: Total) -> Line {
    Line {
        line: number,
        ids: vec![id.to_owned()],
        kind,
        amount,
        fee: None,
        at: Some(START + Duration::hours(i64::try_from(number).unwrap())),
    }
}

fn fact(id: &str, kind: FactKind, amount: Total) -> Fact {
    Fact {
        kind,
        own: vec![id.to_owned()],
        of_payment: vec![format!("{id}-payment")],
        amount,
        fee: None,
        payment: Some(PaymentId(Uuid::nil())),
        reference: Some(Reference::new(Uuid::nil())),
        payout: None,
        at: START + Duration::hours(2),
    }
}

fn report(lines: Vec<Line>) -> Report {
    Report {
        format: ReportFormat::Plain,
        lines,
        unreadable: Vec::new(),
        within: None,
    }
}

fn kinds(matched: &Matched) -> Vec<DifferenceKind> {
    matched.differences.iter().map(|one| one.kind).collect()
}

#[test]
fn each_difference_is_named() {
    use DifferenceKind as D;
    use FactKind::{Charge, Other, Refund, Transfer};
    let with_fee = |fee| Line {
        fee: Some(brl(fee)),
        ..line(2, "a", Charge, brl(100))
    };
    let known_fee = Fact {
        fee: Some(brl(7)),
        ..fact("a", Charge, brl(100))
    };
    let plain = || fact("a", Charge, brl(100));
    let usd = money(100, Currency::USD);
    for (lines, facts, expected) in [
        (vec![line(2, "A", Charge, brl(100))], vec![plain()], vec![]),
        (
            vec![line(2, "b", Charge, brl(100))],
            vec![],
            vec![D::NotInBooks],
        ),
        (
            vec![line(2, "a", Charge, brl(99))],
            vec![plain()],
            vec![D::OtherAmount],
        ),
        (
            vec![line(2, "a", Charge, usd)],
            vec![plain()],
            vec![D::OtherCurrency],
        ),
        (vec![with_fee(7)], vec![known_fee.clone()], vec![]),
        (vec![with_fee(8)], vec![known_fee], vec![D::Fee]),
        (vec![with_fee(7)], vec![plain()], vec![D::Fee]),
        (vec![with_fee(0)], vec![plain()], vec![]),
        // A charge is no refund, whatever it is called.
        (
            vec![line(2, "a", Refund, brl(-100))],
            vec![plain()],
            vec![D::NotInBooks, D::NotInReport],
        ),
        // By the id of its payment, the one of the same amount.
        (
            vec![
                line(1, "p-payment", Refund, brl(-30)),
                line(3, "p-payment", Refund, brl(-20)),
            ],
            vec![fact("p", Refund, brl(-20)), fact("p", Refund, brl(-30))],
            vec![],
        ),
        // Told twice, it is once in the books.
        (
            vec![
                line(1, "a", Charge, brl(100)),
                line(3, "a", Charge, brl(100)),
            ],
            vec![plain()],
            vec![D::NotInBooks],
        ),
        (vec![line(2, "po", Transfer, brl(-5))], vec![], vec![]),
        (
            vec![line(2, "d", Other, brl(-5))],
            vec![],
            vec![D::NotInBooks],
        ),
    ] {
        let found = matched(&report(lines), &facts).unwrap();
        assert_eq!(kinds(&found), expected, "{found:?}");
    }
}

#[test]
fn only_what_is_within_the_period_is_missed() {
    let lines = || {
        vec![
            line(1, "x", FactKind::Transfer, brl(1)),
            line(5, "y", FactKind::Transfer, brl(1)),
        ]
    };
    for (hours, missed) in [(0, false), (1, true), (3, true), (5, true), (6, false)] {
        let at = START + Duration::hours(hours);
        let fact = Fact {
            at,
            ..fact("a", FactKind::Charge, brl(100))
        };
        let found = matched(&report(lines()), &[fact]).unwrap();
        assert_eq!(found.differences.len(), usize::from(missed), "{hours}");
    }
    // A report of days lasts to the end of its last one.
    let day = Line {
        at: Some(datetime!(2026-03-17 0:00 UTC)),
        ..line(1, "x", FactKind::Transfer, brl(1))
    };
    let found = matched(&report(vec![day]), &[fact("a", FactKind::Charge, brl(1))]).unwrap();
    assert_eq!(kinds(&found), [DifferenceKind::NotInReport]);
}

/// What happened, of which the report, the books or both may know, and not alike.
#[derive(Debug, Clone)]
struct Happened {
    id: u8,
    refund: bool,
    reported: Option<(i64, bool)>,
    booked: Option<(i64, bool)>,
    fees: (Option<i64>, Option<i64>),
}

fn happened() -> impl Strategy<Value = Happened> {
    let side = || proptest::option::weighted(0.8, (1_i64..4, any::<bool>()));
    let fee = || proptest::option::of(0_i64..3);
    (0_u8..12, any::<bool>(), side(), side(), (fee(), fee())).prop_map(
        |(id, refund, reported, booked, fees)| Happened {
            id,
            refund,
            reported,
            booked,
            fees,
        },
    )
}

impl Happened {
    fn kind(&self) -> FactKind {
        match self.refund {
            true => FactKind::Refund,
            false => FactKind::Charge,
        }
    }

    fn amount(&self, (minor, foreign): (i64, bool)) -> Total {
        let currency = if foreign {
            Currency::USD
        } else {
            Currency::BRL
        };
        money(if self.refund { -minor } else { minor }, currency)
    }

    fn line(&self, number: u64) -> Option<Line> {
        let amount = self.amount(self.reported?);
        let fee = self.fees.0.map(|fee| money(fee, amount.currency()));
        let id = format!("i{}", self.id);
        Some(Line {
            fee,
            ..line(number, &id, self.kind(), amount)
        })
    }

    fn fact(&self) -> Option<Fact> {
        let amount = self.amount(self.booked?);
        let fee = self.fees.1.map(|fee| money(fee, amount.currency()));
        let id = format!("i{}", self.id);
        Some(Fact {
            fee,
            ..fact(&id, self.kind(), amount)
        })
    }
}

proptest! {
    #[test]
    fn a_line_is_matched_once_or_named_once_and_all_sums_are_explained(
        all in proptest::collection::vec(happened(), 0..40),
    ) {
        let lines: Vec<Line> = (2..).zip(&all).filter_map(|(n, one)| one.line(n)).collect();
        let facts: Vec<Fact> = all.iter().filter_map(Happened::fact).collect();
        let report = report(lines.clone());
        let found = matched(&report, &facts).unwrap();

        let named: Vec<u64> = found.differences.iter().filter_map(|d| d.line).collect();
        let distinct: BTreeSet<u64> = named.iter().copied().collect();
        prop_assert_eq!(named.len(), distinct.len());
        prop_assert_eq!(found.matched + u64::try_from(named.len()).unwrap(), found.lines);
        // A fact is the other side of one line, or missed, if it lies in the period.
        let alone = found.differences.iter().filter(|d| d.line.is_none()).count();
        let paired = lines.len()
            - found.differences.iter().filter(|d| d.kind == DifferenceKind::NotInBooks).count();
        prop_assert!(paired + alone <= facts.len());
        let (from, until) = report.period().unwrap_or((START, START));
        if from <= facts.first().map_or(START, |f| f.at) && until >= START + Duration::hours(2) {
            prop_assert_eq!(paired + alone, facts.len());
        }
        let counted: u64 = found.counts.iter().map(|count| count.count).sum();
        prop_assert_eq!(counted, u64::try_from(found.differences.len()).unwrap());

        for sum in &found.sums {
            let of = |total: Option<Total>| total.filter(|t| t.currency() == sum.currency).map_or(0, Total::minor);
            let explained: i128 = found.differences.iter().map(|d| of(d.reported) - of(d.booked)).sum();
            prop_assert_eq!(sum.reported.minor() - sum.booked.minor(), explained);
            let fees: i128 = found.differences.iter().map(|d| of(d.reported_fee) - of(d.booked_fee)).sum();
            prop_assert_eq!(sum.reported_fees.minor() - sum.booked_fees.minor(), fees);
        }
    }
}
