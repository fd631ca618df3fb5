use proptest::prelude::*;
use rust_decimal::dec;

use super::*;

fn brl(minor: i64) -> Money {
    Money::from_minor(minor, Currency::BRL).expect("small")
}

#[test]
fn a_sub_cent_amount_cannot_be_built() {
    assert!(Money::new(dec!(1.005), Currency::BRL).is_err());
    assert!(Money::new(dec!(1.5), Currency::JPY).is_err());
    assert_eq!(
        Money::new(dec!(1.5000), Currency::BRL).unwrap().to_string(),
        "1.50 BRL"
    );
    assert_eq!(Money::parse("1.234", Currency::BHD).unwrap().minor(), 1234);
}

#[test]
fn text_that_is_not_a_plain_number_is_refused() {
    for text in [
        "", "-", "1e9", "+1", " 1", "1.", ".5", "1,5", "NaN", "--1", "1.2.3", "0x1",
    ] {
        assert!(Money::parse(text, Currency::BRL).is_err(), "{text:?}");
    }
    assert!(Money::parse("999999999999999", Currency::BRL).is_err());
}

#[test]
fn the_wire_form_is_a_decimal_string_and_refuses_a_float() {
    let json = serde_json::to_string(&brl(1990)).unwrap();
    assert_eq!(json, r#"{"amount":"19.90","currency":"BRL"}"#);
    assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), brl(1990));
    assert!(serde_json::from_str::<Money>(r#"{"amount":19.9,"currency":"BRL"}"#).is_err());
    assert!(serde_json::from_str::<Money>(r#"{"amount":"19.90","currency":"BRL","x":1}"#).is_err());
}

#[test]
fn two_currencies_never_mix() {
    let usd = Money::zero(Currency::USD);
    assert!(matches!(
        brl(1).checked_add(usd),
        Err(MoneyError::CurrencyMismatch(..))
    ));
    assert!(brl(1).compare(usd).is_err());
}

#[test]
fn a_share_rounds_half_up_once() {
    // 30 % of 6.45 is 1.935: the commission is 1.94 and the seller gets the exact rest.
    let commission = brl(645).share(Rate(dec!(0.30))).unwrap();
    assert_eq!(commission, brl(194));
    assert_eq!(brl(645).checked_sub(commission).unwrap(), brl(451));
}

proptest! {
    #[test]
    fn parts_sum_to_the_whole(minor in -9_999_999_999_i64..9_999_999_999, weights in prop::collection::vec(0_u64..1_000_000, 1..30)) {
        let parts = brl(minor).allocate(&weights);
        prop_assert_eq!(parts.len(), weights.len());
        prop_assert_eq!(Money::sum(Currency::BRL, parts).unwrap(), brl(minor));
    }

    #[test]
    fn equal_weights_differ_by_one_cent_at_most(minor in 0_i64..1_000_000, count in 1_usize..40) {
        let parts = brl(minor).allocate(&vec![7; count]);
        let minors: Vec<i64> = parts.iter().map(|p| p.minor()).collect();
        prop_assert!(minors.iter().max().unwrap() - minors.iter().min().unwrap() <= 1);
    }

    #[test]
    fn commission_and_earning_make_the_base(minor in 0_i64..10_000_000, bps in 0_u32..10_000) {
        let base = brl(minor);
        let commission = base.share(Rate(Decimal::new(i64::from(bps), 4))).unwrap();
        let earning = base.checked_sub(commission).unwrap();
        prop_assert!(!commission.is_negative() && !earning.is_negative());
        prop_assert_eq!(commission.checked_add(earning).unwrap(), base);
    }

    #[test]
    fn the_wire_form_round_trips(minor in any::<i32>()) {
        let money = brl(i64::from(minor));
        let json = serde_json::to_string(&money).unwrap();
        prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
    }
}
