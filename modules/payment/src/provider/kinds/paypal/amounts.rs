//! How PayPal writes money: decimals in a text, as many as it has for the currency.

use feira_kernel::{Currency, Money};
use serde::{Deserialize, Serialize};

use crate::provider::{Failure, http::broken};

/// Without decimals there, though the world counts them.
const NO_DECIMALS: &[&str] = &["HUF", "TWD"];

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Amount {
    currency_code: String,
    value: String,
}

fn is_whole(currency: Currency) -> bool {
    currency.exponent() == 0 || NO_DECIMALS.contains(&currency.code())
}

pub(super) fn write(money: Money) -> Result<Amount, Failure> {
    let currency = money.currency();
    let mut amount = money.amount();
    if is_whole(currency) {
        if !amount.fract().is_zero() {
            let why = format!("{money} has more decimals than PayPal charges");
            return Err(Failure::Refused(why));
        }
        amount = amount.trunc();
    }
    Ok(Amount {
        currency_code: currency.code().to_owned(),
        value: amount.to_string(),
    })
}

pub(super) fn read(amount: &Amount) -> Result<Money, Failure> {
    let currency = amount.currency_code.parse();
    let currency: Currency = currency.map_err(|_| broken("an unknown currency"))?;
    let money = Money::parse(&amount.value, currency).map_err(|e| broken(&e.to_string()))?;
    if is_whole(currency) && !money.amount().fract().is_zero() {
        return Err(broken("an amount that its currency does not have there"));
    }
    Ok(money)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(value: &str, currency_code: &str) -> Amount {
        Amount {
            currency_code: currency_code.to_owned(),
            value: value.to_owned(),
        }
    }

    fn money(text: &str, currency: &str) -> Money {
        Money::parse(text, currency.parse().unwrap()).unwrap()
    }

    #[test]
    fn each_currency_has_the_decimals_that_paypal_gives_it() {
        for (text, currency, written) in [
            ("19.9", "BRL", "19.90"),
            ("0.01", "USD", "0.01"),
            ("500", "JPY", "500"),
            ("1990.00", "HUF", "1990"),
            ("30", "TWD", "30"),
            ("5.12", "TND", "5.120"),
        ] {
            let money = money(text, currency);
            let expected = amount(written, currency);
            assert_eq!(write(money), Ok(expected), "{money}");
            assert_eq!(read(&amount(written, currency)), Ok(money));
        }
    }

    #[test]
    fn what_cannot_be_charged_is_refused_and_never_rounded() {
        for (text, currency) in [("19.90", "HUF"), ("0.01", "TWD"), ("1.5", "HUF")] {
            let refused = write(money(text, currency));
            assert!(matches!(refused, Err(Failure::Refused(_))), "{refused:?}");
        }
        for (value, currency) in [
            ("19.905", "BRL"),
            ("19,90", "BRL"),
            ("", "BRL"),
            ("1.5", "JPY"),
            ("1.5", "TWD"),
            ("1", "doubloons"),
            ("1", ""),
        ] {
            let broken = read(&amount(value, currency));
            assert!(
                matches!(broken, Err(Failure::Unknown(_))),
                "{value} {currency}"
            );
        }
        // Zeros are no decimals.
        assert_eq!(read(&amount("30.00", "TWD")), Ok(money("30", "TWD")));
    }

    proptest::proptest! {
        #[test]
        fn whatever_can_be_written_is_read_as_it_was(
            minor in 1_i64..9_999_999_999_900,
            code in proptest::sample::select(vec!["BRL", "USD", "JPY", "HUF", "TWD"]),
        ) {
            let currency: Currency = code.parse().unwrap();
            let Ok(money) = Money::from_minor(minor, currency) else {
                return Ok(());
            };
            match write(money) {
                Ok(amount) => assert_eq!(read(&amount), Ok(money)),
                Err(_) => assert!(is_whole(currency) && minor % 100 != 0, "{money}"),
            }
        }
    }
}
