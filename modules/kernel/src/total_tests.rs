use proptest::prelude::*;
use rust_decimal::dec;

use super::*;

fn currency(code: &str) -> Currency {
    code.parse().expect("a currency")
}

/// Every currency of ISO 4217 that has decimal places: 0, 2, 3 or 4 of them.
fn currencies() -> Vec<Currency> {
    let letters = || b'A'..=b'Z';
    let codes = letters().flat_map(move |a| {
        letters().flat_map(move |b| {
            letters().map(move |c| String::from_utf8_lossy(&[a, b, c]).into_owned())
        })
    });
    codes.filter_map(|code| code.parse().ok()).collect()
}

#[test]
fn a_sum_is_larger_than_any_amount_in_every_currency() {
    let all = currencies();
    let exponents: std::collections::BTreeSet<u32> = all.iter().map(|c| c.exponent()).collect();
    assert_eq!(exponents.into_iter().collect::<Vec<_>>(), [0, 2, 3, 4]);
    for currency in all {
        let most = Money::most(currency);
        assert!(most.checked_add(most).is_err(), "{currency}");
        let sum = Total::sum(currency, [most; 1000]).expect("a sum");
        assert_eq!(sum.amount(), dec!(99_999_999_999_000), "{currency}");
        assert_eq!(sum.minor(), i128::from(most.minor()) * 1000, "{currency}");
    }
}

#[test]
fn three_orders_of_forty_thousand_million_add_up() {
    for (code, amount, expected) in [
        ("BRL", "40000000000.00", "120000000000.00 BRL"),
        ("JPY", "99999999999", "299999999997 JPY"),
        ("KWD", "40000000000.125", "120000000000.375 KWD"),
        ("CLF", "40000000000.0001", "120000000000.0003 CLF"),
    ] {
        let part = Money::parse(amount, currency(code)).expect("an amount");
        let sum = Total::sum(part.currency(), [part; 3]).expect("a sum");
        assert_eq!(sum.to_string(), expected);
    }
}

#[test]
fn the_wire_form_is_that_of_an_amount_also_as_the_database_writes_it() {
    let sum = Total::new(dec!(120_000_000_000), Currency::BRL).expect("a sum");
    let json = serde_json::to_string(&sum).expect("json");
    assert_eq!(json, r#"{"amount":"120000000000.00","currency":"BRL"}"#);
    for (amount, code) in [("120000000000.0000", "BRL"), ("120000000000.0000", "JPY")] {
        let text = format!(r#"{{"amount":"{amount}","currency":"{code}"}}"#);
        let read: Total = serde_json::from_str(&text).expect("a sum");
        assert_eq!(read.amount(), dec!(120_000_000_000));
        assert!(serde_json::from_str::<Money>(&text).is_err(), "no amount");
    }
    assert!(serde_json::from_str::<Total>(r#"{"amount":"1.005","currency":"BRL"}"#).is_err());
}

#[test]
fn past_the_bound_it_is_refused_and_nothing_is_rounded() {
    let clf = currency("CLF");
    let most = Total::new(dec!(7_900_000_000_000_000_000_000_000), clf).expect("a sum");
    assert_eq!(most.checked_add(most), Err(MoneyError::TooLarge));
    assert_eq!(Total::new(Decimal::MAX, clf), Err(MoneyError::TooLarge));
    assert!(Total::new(Decimal::MAX, Currency::JPY).is_ok());
    assert_eq!(
        Total::new(dec!(-0.00), clf).map(Total::is_negative),
        Ok(false)
    );
    assert!(most.checked_add(Money::zero(Currency::BRL)).is_err());
}

proptest! {
    #[test]
    fn amounts_always_have_an_exact_sum(
        code in prop::sample::select(vec!["JPY", "BRL", "KWD", "CLF"]),
        parts in prop::collection::vec((-99_999_999_999_i64..=99_999_999_999, 0_i64..10_000), 0..200),
    ) {
        let currency = currency(code);
        let scale = 10_i64.pow(currency.exponent());
        let minors: Vec<i64> = parts
            .into_iter()
            .map(|(whole, rest)| if whole.abs() == 99_999_999_999 { whole * scale } else { whole * scale + rest % scale })
            .collect();
        let amounts: Vec<Money> = minors
            .iter()
            .map(|minor| Money::from_minor(*minor, currency).expect("within the limit"))
            .collect();
        let exact: i128 = minors.into_iter().map(i128::from).sum();
        let sum = Total::sum(currency, amounts).expect("a sum never fails");
        prop_assert_eq!(sum.minor(), exact);
        prop_assert_eq!(sum.amount(), Decimal::from_i128_with_scale(exact, currency.exponent()));
    }
}
