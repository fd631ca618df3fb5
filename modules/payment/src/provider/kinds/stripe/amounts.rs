//! How Stripe counts money: whole numbers of the currency's minor unit, with rules of its own for some
//! currencies (<https://docs.stripe.com/currencies>).

use feira_kernel::{Currency, Money};

use crate::provider::{Failure, http::broken};

/// Without decimals, as in ISO 4217. Of UGX its pages say two things, and MGA has two decimals there:
/// these are not taken.
const NO_DECIMALS: &[&str] = &[
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "PYG", "RWF", "VND", "VUV", "XAF", "XOF",
    "XPF",
];
/// With three, of which the last must be zero.
const THREE_DECIMALS: &[&str] = &["BHD", "JOD", "KWD", "OMR", "TND"];
/// An amount has no more than eight digits.
const MOST: i64 = 99_999_999;

/// How many of its units are one of ours; nothing if it is not known.
fn factor(currency: Currency) -> Option<i64> {
    let code = currency.code();
    match (code, currency.exponent()) {
        ("MGA", _) => None,
        // Without decimals, and still counted in hundredths.
        ("ISK", 0) => Some(100),
        (_, 0) => NO_DECIMALS.contains(&code).then_some(1),
        (_, 2) => Some(1),
        (_, 3) => THREE_DECIMALS.contains(&code).then_some(1),
        _ => None,
    }
}

/// What our minor units of an amount must be a multiple of.
fn step(currency: Currency) -> i64 {
    if currency.exponent() == 3 { 10 } else { 1 }
}

/// As much as can be charged at once; nothing in a currency that cannot be counted.
pub(super) fn most(currency: Currency) -> Option<Money> {
    let (factor, step) = (factor(currency)?, step(currency));
    Money::from_minor(MOST / factor / step * step, currency).ok()
}

pub(super) fn write(amount: Money) -> Result<i64, Failure> {
    let refused = |why: &str| Failure::Refused(format!("{amount} {why}"));
    let currency = amount.currency();
    let factor = factor(currency).ok_or_else(|| refused("is in a currency that is not taken"))?;
    if amount.minor() % step(currency) != 0 {
        return Err(refused("has more decimals than Stripe charges"));
    }
    let units = amount.minor().checked_mul(factor);
    units.ok_or_else(|| refused("is too much"))
}

/// The currency is in small letters there.
pub(super) fn read(units: i64, currency: &str) -> Result<Money, Failure> {
    let currency: Currency = currency
        .to_ascii_uppercase()
        .parse()
        .map_err(|_| broken("an unknown currency"))?;
    match factor(currency) {
        Some(factor) if units % factor == 0 => {
            Money::from_minor(units / factor, currency).map_err(|e| broken(&e.to_string()))
        }
        _ => Err(broken("an amount that its currency does not have")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str, currency: &str) -> Money {
        Money::parse(text, currency.parse().unwrap()).unwrap()
    }

    #[test]
    fn each_currency_is_counted_as_stripe_does() {
        for (amount, currency, units) in [
            ("19.90", "BRL", 1990),
            ("10", "USD", 1000),
            ("500", "JPY", 500),
            ("500", "KRW", 500),
            ("5", "ISK", 500),
            ("5.120", "KWD", 5120),
            ("10.45", "HUF", 1045),
        ] {
            let amount = money(amount, currency);
            assert_eq!(write(amount), Ok(units), "{amount}");
            assert_eq!(read(units, &currency.to_lowercase()), Ok(amount));
        }
    }

    #[test]
    fn what_cannot_be_charged_is_refused_and_never_rounded() {
        for (amount, currency) in [
            ("5.124", "KWD"),
            ("0.001", "BHD"),
            ("10", "UGX"),
            ("5", "MGA"),
        ] {
            let amount = money(amount, currency);
            let refused = write(amount);
            assert!(matches!(refused, Err(Failure::Refused(_))), "{refused:?}");
        }
        for (units, currency) in [(550, "isk"), (1, "mga"), (1, "ugx"), (1, "xxq"), (1, "")] {
            let broken = read(units, currency);
            assert!(matches!(broken, Err(Failure::Unknown(_))), "{currency}");
        }
    }

    #[test]
    fn the_most_is_eight_digits_there() {
        for (currency, amount) in [
            ("BRL", "999999.99"),
            ("JPY", "99999999"),
            ("ISK", "999999"),
            ("BHD", "99999.990"),
        ] {
            let most = most(currency.parse().unwrap());
            assert_eq!(most, Some(money(amount, currency)));
        }
        assert_eq!(most("UGX".parse().unwrap()), None);
    }
}
