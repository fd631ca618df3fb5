//! Amounts and dates as each language writes them.

use feira_kernel::{Currency, Money};

use crate::locale::Locale;

/// Keeps a symbol and its amount on one line.
const NBSP: char = '\u{A0}';

/// `R$ 1.234,50` in Portuguese, `R$1,234.50` in English.
pub(crate) fn money(locale: Locale, money: Money) -> String {
    let (thousands, decimal) = match locale {
        Locale::En => (',', '.'),
        Locale::PtBr => ('.', ','),
    };
    let plain = money.amount().abs().to_string();
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut out = String::new();
    if money.is_negative() {
        out.push('-');
    }
    out.push_str(symbol(locale, money.currency()));
    if locale == Locale::PtBr || out.ends_with(|c: char| c.is_ascii_alphabetic()) {
        out.push(NBSP);
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(thousands);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(decimal);
        out.push_str(fraction);
    }
    out
}

fn symbol(locale: Locale, currency: Currency) -> &'static str {
    match (currency.code(), locale) {
        ("BRL", _) => "R$",
        ("USD", Locale::En) => "$",
        ("USD", Locale::PtBr) => "US$",
        ("EUR", _) => "€",
        ("GBP", _) => "£",
        ("JPY", Locale::En) => "¥",
        ("JPY", Locale::PtBr) => "JP¥",
        (code, _) => code,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(locale: Locale, minor: i64, currency: Currency) -> String {
        money(locale, Money::from_minor(minor, currency).unwrap()).replace(NBSP, " ")
    }

    #[test]
    fn amounts_as_each_language_writes_them() {
        use Locale::{En, PtBr};
        assert_eq!(shown(PtBr, 123_450, Currency::BRL), "R$ 1.234,50");
        assert_eq!(shown(En, 123_450, Currency::BRL), "R$1,234.50");
        assert_eq!(shown(PtBr, -5, Currency::BRL), "-R$ 0,05");
        assert_eq!(shown(En, -5, Currency::USD), "-$0.05");
        assert_eq!(shown(PtBr, 100_000_000, Currency::USD), "US$ 1.000.000,00");
        assert_eq!(shown(En, 1_234, Currency::JPY), "¥1,234");
        assert_eq!(shown(PtBr, 999, Currency::JPY), "JP¥ 999");
        assert_eq!(shown(En, 1_234_567, Currency::BHD), "BHD 1,234.567");
        assert_eq!(shown(PtBr, 0, Currency::EUR), "€ 0,00");
    }

    proptest! {
        /// No digit is lost, invented or moved.
        #[test]
        fn an_amount_can_be_read_back(minor in -9_999_999_999_i64..9_999_999_999, portuguese: bool) {
            let locale = if portuguese { Locale::PtBr } else { Locale::En };
            for currency in [Currency::BRL, Currency::JPY, Currency::BHD] {
                let text = shown(locale, minor, currency);
                let digits: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '-').collect();
                prop_assert_eq!(digits.parse::<i64>().unwrap(), minor, "{}", text);
            }
        }
    }
}
