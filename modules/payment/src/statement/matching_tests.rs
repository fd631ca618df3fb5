use std::collections::BTreeMap;

use feira_kernel::{Currency, Money};
use proptest::prelude::*;
use time::macros::date;
use uuid::Uuid;

use super::*;

const TXIDS: [&str; 5] = [
    "0123456789ABCDEFGHJKMNPQR",
    "1123456789ABCDEFGHJKMNPQR",
    "2123456789ABCDEFGHJKMNPQR",
    "3123456789ABCDEFGHJKMNPQR",
    "4123456789ABCDEFGHJKMNPQR",
];

fn brl(minor: i64) -> Money {
    Money::from_minor(minor, Currency::BRL).unwrap()
}

fn id(n: usize) -> PaymentId {
    PaymentId(Uuid::from_u128(n as u128))
}

fn line(amount: i64, text: &str) -> Line {
    Line {
        number: 1,
        account: String::new(),
        on: date!(2026 - 03 - 17),
        amount: brl(amount),
        text: text.to_owned(),
        bank_id: None,
    }
}

/// Payments by number, each with its amount and how it stands.
fn book(payments: &[(i64, CandidateState)]) -> Book {
    let mut book = Book::default();
    for (n, (amount, state)) in payments.iter().enumerate() {
        let candidate = Candidate {
            id: id(n),
            amount: brl(*amount),
            state: *state,
        };
        let names = TXIDS.get(n).and_then(|txid| reference(txid));
        book.add(&names.into_iter().collect::<Vec<_>>(), candidate);
    }
    book
}

#[test]
fn a_line_pays_what_it_names_and_has_the_amount_of() {
    use BankStatementReason as R;
    let states = [
        (1_000, CandidateState::Open),
        (2_000, CandidateState::Late),
        (3_000, CandidateState::Paid),
        (4_000, CandidateState::Told),
        (5_000, CandidateState::Begun),
    ];
    for (amount, text, expected) in [
        (
            1_000,
            "PIX 0123456789abcdefghjkmnpqr Clara",
            Verdict::Matched(id(0)),
        ),
        (
            1_000,
            "E2E99990123456789ABCDEFGHJKMNPQR77",
            Verdict::Matched(id(0)),
        ),
        (1_001, TXIDS[0], Verdict::Open(R::OtherAmount, Some(id(0)))),
        (2_000, TXIDS[1], Verdict::Open(R::PaidTooLate, Some(id(1)))),
        (3_000, TXIDS[2], Verdict::WasPaid(id(2))),
        (4_000, TXIDS[3], Verdict::Open(R::AlreadyPaid, Some(id(3)))),
        (5_000, TXIDS[4], Verdict::Open(R::NotYet, Some(id(4)))),
        (5_000, "PIX Clara", Verdict::Open(R::Unknown, None)),
        (
            1_000,
            "PIX Clara",
            Verdict::Open(R::AmountOnly, Some(id(0))),
        ),
        (2_000, "PIX Clara", Verdict::Open(R::Unknown, None)),
        (-1_000, TXIDS[0], Verdict::Open(R::MoneyOut, None)),
    ] {
        assert_eq!(book(&states).judge(&line(amount, text)), expected, "{text}");
    }
    let both = format!("{} {}", TXIDS[0], TXIDS[1]);
    let several = book(&[(1_000, CandidateState::Open), (1_000, CandidateState::Open)])
        .judge(&line(1_000, &both));
    assert_eq!(several, Verdict::Open(R::SeveralNamed, None));
    let several = book(&[(1_000, CandidateState::Open), (1_000, CandidateState::Open)])
        .judge(&line(1_000, "PIX"));
    assert_eq!(several, Verdict::Open(R::SeveralOfAmount, None));
    // Of several attempts the one that waits is meant.
    let attempts = book(&[(1_000, CandidateState::Late), (1_000, CandidateState::Open)])
        .judge(&line(1_000, &both));
    assert_eq!(attempts, Verdict::Matched(id(1)));
}

#[test]
fn money_that_went_out_is_pointed_at_what_waits_to_be_sent() {
    use BankStatementReason as R;
    let mut book = Book::default();
    book.add_refund(id(1), brl(500));
    book.add_refund(id(2), brl(700));
    book.add_refund(id(3), brl(700));
    book.add_payout(brl(900));
    for (amount, reason, payment) in [
        (-500, R::RefundToSend, Some(id(1))),
        (-700, R::RefundToSend, None),
        (-900, R::PayoutToSend, None),
        (-1, R::MoneyOut, None),
    ] {
        let judged = book.judge(&line(amount, ""));
        assert_eq!(judged, Verdict::Open(reason, payment), "{amount}");
    }
}

#[test]
fn a_reference_is_found_however_it_is_written() {
    let number = reference("7K2M9-QX4TB").unwrap();
    for text in ["TED 7k2m9-qx4tb", "PEDIDO:7K2M9QX4TB.", "x-7K2M9-QX4TB"] {
        assert!(tokens(text).contains(&number), "{text}");
    }
    for text in ["7K2M9 QX4TB", "7K2M9-QX4T", ""] {
        assert!(!tokens(text).contains(&number), "{text}");
    }
    assert_eq!(reference("F-1"), None);
}

proptest! {
    /// Whatever the bank writes: no line marks two payments, and no payment is marked by two lines.
    #[test]
    fn a_payment_has_one_line_and_a_line_one_payment(
        payments in proptest::collection::vec((1_i64..4, 0_usize..5), 1..4),
        lines in proptest::collection::vec((-3_i64..4, proptest::collection::vec(0_usize..5, 0..3)), 0..12),
    ) {
        let states = [
            CandidateState::Open, CandidateState::Late, CandidateState::Paid, CandidateState::Told, CandidateState::Begun,
        ];
        let payments: Vec<_> = payments.into_iter().map(|(amount, n)| (amount, states[n])).collect();
        let mut book = book(&payments);
        let mut paid: BTreeMap<PaymentId, usize> = BTreeMap::new();
        for (amount, names) in lines {
            let names: Vec<&str> = names.iter().filter_map(|n| TXIDS.get(*n).copied()).collect();
            let text = names.join(" / ");
            if let Verdict::Matched(matched) | Verdict::WasPaid(matched) = book.judge(&line(amount, &text)) {
                let (nth, (worth, state)) = payments
                    .iter()
                    .enumerate()
                    .find(|(n, _)| id(*n) == matched)
                    .unwrap();
                prop_assert_eq!(*worth, amount);
                prop_assert!(text.contains(TXIDS[nth]));
                prop_assert!(matches!(state, CandidateState::Open | CandidateState::Paid));
                *paid.entry(matched).or_default() += 1;
            }
        }
        prop_assert!(paid.values().all(|times| *times == 1));
    }
}
