use feira_kernel::{Currency, Money, MoneyError, Time, Total};
use time::Duration;

use super::{
    text::{Lang, number, words},
    zone::distance,
};

/// The currency symbol before an amount.
fn symbol(lang: Lang, currency: Currency) -> String {
    match (currency.code(), lang) {
        ("BRL", Lang::En) => "R$".to_owned(),
        ("BRL", Lang::PtBr) => "R$\u{a0}".to_owned(),
        ("USD", Lang::En) => "$".to_owned(),
        ("USD", Lang::PtBr) => "US$\u{a0}".to_owned(),
        ("EUR", Lang::En) => "€".to_owned(),
        ("EUR", Lang::PtBr) => "€\u{a0}".to_owned(),
        (code, _) => format!("{code}\u{a0}"),
    }
}

/// `R$ 1.234,50` in Portuguese, `R$1,234.50` in English.
pub(super) fn money(lang: Lang, money: impl Into<Total>) -> String {
    let money = money.into();
    let sign = if money.is_negative() { "-" } else { "" };
    format!(
        "{sign}{}{}",
        symbol(lang, money.currency()),
        digits(lang, money, true)
    )
}

/// The amount alone, as it is typed into a field: `1234,50`.
pub(super) fn amount(lang: Lang, money: Money) -> String {
    let sign = if money.is_negative() { "-" } else { "" };
    format!("{sign}{}", digits(lang, money.into(), false))
}

fn digits(lang: Lang, money: Total, grouped: bool) -> String {
    let (group, decimal) = separators(lang);
    let plain = money.amount().abs().to_string();
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let whole = if grouped {
        group_thousands(whole, group)
    } else {
        whole.to_owned()
    };
    if fraction.is_empty() {
        whole
    } else {
        format!("{whole}{decimal}{fraction}")
    }
}

fn separators(lang: Lang) -> (char, char) {
    match lang {
        Lang::En => (',', '.'),
        Lang::PtBr => ('.', ','),
    }
}

fn group_thousands(whole: &str, separator: char) -> String {
    let mut text = String::with_capacity(whole.len() + whole.len() / 3);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

pub(super) fn whole_number(lang: Lang, value: u64) -> String {
    group_thousands(&value.to_string(), separators(lang).0)
}

/// Why a typed amount is refused.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// Ambiguous: a thousands separator in one language, a decimal separator in the other.
    Ambiguous,
    Wrong(MoneyError),
}

/// Reads what a person typed as an amount, in the habit of either language where only one can be
/// meant, with the currency's symbol before it or not.
pub(crate) fn parse_money(lang: Lang, text: &str, currency: Currency) -> Result<Money, Unread> {
    let mut text = feira_kernel::text::code(text);
    text.retain(|c| !c.is_whitespace());
    let text = ["R$", "US$", "$", "€", currency.code()]
        .iter()
        .find_map(|symbol| text.strip_prefix(symbol))
        .unwrap_or(&text);
    let (minus, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text),
    };
    let (whole, fraction) = digits_of(lang, digits, currency.exponent())?;
    let plain = match fraction {
        Some(fraction) => format!("{minus}{whole}.{fraction}"),
        None => format!("{minus}{whole}"),
    };
    Money::parse(&plain, currency).map_err(Unread::Wrong)
}

/// The digits before and after the decimal sign: the last separator is one, unless it groups.
fn digits_of(lang: Lang, text: &str, decimals: u32) -> Result<(String, Option<&str>), Unread> {
    let wrong = Err(Unread::Wrong(MoneyError::NotANumber));
    let separator = |c: char| c == '.' || c == ',';
    if !text.chars().all(|c| c.is_ascii_digit() || separator(c)) {
        return wrong;
    }
    let Some(at) = text.rfind(separator) else {
        return Ok((text.to_owned(), None));
    };
    let (whole, fraction) = (&text[..at], &text[at + 1..]);
    let (sign, other) = match text[at..].starts_with(',') {
        true => (',', '.'),
        false => ('.', ','),
    };
    let together = |digits: &str, group: char| digits.replace(group, "");
    let (group, _) = separators(lang);
    if whole.is_empty() || fraction.is_empty() {
        wrong
    } else if whole.contains(sign) {
        match is_grouped(text, sign) {
            true => Ok((together(text, sign), None)),
            false => wrong,
        }
    } else if whole.contains(other) {
        match is_grouped(whole, other) {
            true => Ok((together(whole, other), Some(fraction))),
            false => wrong,
        }
    } else if is_grouped(text, sign) && !whole.starts_with('0') {
        match (sign == group, decimals) {
            (true, _) => Ok((together(text, sign), None)),
            (false, 3) => Ok((whole.to_owned(), Some(fraction))),
            (false, _) => Err(Unread::Ambiguous),
        }
    } else {
        Ok((whole.to_owned(), Some(fraction)))
    }
}

/// Whether digits have no separators, or one before every three digits.
fn is_grouped(whole: &str, separator: char) -> bool {
    let mut groups = whole.split(separator);
    let first = groups.next().unwrap_or_default();
    let mut later = groups.peekable();
    let first_fits = !first.is_empty() && (later.peek().is_none() || first.len() <= 3);
    first_fits && later.all(|group| group.len() == 3)
}

/// `21 Nov 2026, 05:02 UTC-3`, where the clocks are that far from UTC.
pub(super) fn exact(lang: Lang, at: Time) -> String {
    let clock = format!("{:02}:{:02}", at.hour(), at.minute());
    let arguments = vec![
        ("date", words(date(lang, at))),
        ("time", words(clock)),
        ("zone", words(distance(at.offset()))),
    ];
    lang.text_with("time-exact", arguments)
}

/// `21 Nov 2026`.
pub(super) fn date(lang: Lang, at: Time) -> String {
    let month = lang.text(&format!("month-{}", u8::from(at.month())));
    let arguments = vec![
        ("day", words(at.day())),
        ("month", words(month)),
        ("year", words(at.year())),
    ];
    lang.text_with("time-date", arguments)
}

/// `21 Nov 2026` of an ISO date; the text itself if it is none.
pub(super) fn whole_day(lang: Lang, iso: &str) -> String {
    let year = iso
        .split('-')
        .next()
        .and_then(|part| part.parse::<i32>().ok());
    let mut parts = iso.split('-').skip(1).map(|part| part.parse::<u8>().ok());
    match (year, parts.next().flatten(), parts.next().flatten()) {
        (Some(year), Some(month), Some(day)) => {
            let arguments = vec![
                ("day", words(day)),
                ("month", words(lang.text(&format!("month-{month}")))),
                ("year", words(year)),
            ];
            lang.text_with("time-date", arguments)
        }
        _ => iso.to_owned(),
    }
}

/// `21 Nov` of an ISO date; the text itself if it is none.
pub(super) fn short_day(lang: Lang, iso: &str) -> String {
    let mut parts = iso.split('-').skip(1).map(|part| part.parse::<u8>().ok());
    match (parts.next().flatten(), parts.next().flatten()) {
        (Some(month), Some(day)) => {
            let month = lang.text(&format!("month-{month}"));
            lang.text_with(
                "time-day",
                vec![("day", words(day)), ("month", words(month))],
            )
        }
        _ => iso.to_owned(),
    }
}

/// `5 minutes ago`, `in 20 minutes`; what is more than two weeks away is a date.
pub(super) fn relative(lang: Lang, now: Time, at: Time) -> String {
    let past = at <= now;
    let distance = (now - at).abs();
    let (unit, count) = if distance < Duration::MINUTE {
        return lang.text(if past { "time-just-now" } else { "time-soon" });
    } else if distance < Duration::HOUR {
        ("minutes", distance.whole_minutes())
    } else if distance < Duration::DAY {
        ("hours", distance.whole_hours())
    } else if distance < Duration::days(14) {
        ("days", distance.whole_days())
    } else {
        return date(lang, at);
    };
    let key = format!("time-{unit}-{}", if past { "ago" } else { "ahead" });
    lang.text_with(&key, vec![("count", number(count))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_follows_the_language() {
        let m = |minor, currency| Money::from_minor(minor, currency).unwrap();
        assert_eq!(
            money(Lang::PtBr, m(123_450, Currency::BRL)),
            "R$\u{a0}1.234,50"
        );
        assert_eq!(money(Lang::En, m(123_450, Currency::USD)), "$1,234.50");
        assert_eq!(money(Lang::En, m(-5, Currency::BRL)), "-R$0.05");
        assert_eq!(
            money(Lang::PtBr, m(1_234_567, Currency::JPY)),
            "JPY\u{a0}1.234.567"
        );
        assert_eq!(amount(Lang::PtBr, m(123_450, Currency::BRL)), "1234,50");
    }

    #[test]
    fn typed_amounts_are_read_or_refused_never_guessed() {
        let read = |lang, text| parse_money(lang, text, Currency::BRL).map(Money::minor);
        // Both notations are read in both languages.
        for (text, minor) in [
            ("49,90", 4990),
            ("49.90", 4990),
            ("1.234,50", 123_450),
            ("1,234.50", 123_450),
            ("19,90", 1990),
            ("19.90", 1990),
            ("\u{200e}R$\u{a0}1.\u{200b}234,50", 123_450),
            ("0,05", 5),
            ("12.345.678,9", 1_234_567_890),
            ("12,345,678", 1_234_567_800),
            ("1.234.567", 123_456_700),
            ("R$ 5", 500),
            ("R$\u{a0}0,05", 5),
            ("7,5", 750),
            ("1234", 123_400),
            ("-3,20", -320),
        ] {
            for lang in Lang::ALL {
                assert_eq!(read(lang, text), Ok(minor), "{text}");
            }
        }
        // Three digits after the only separator: the language decides where it groups so.
        for (text, native) in [
            ("1.234", Lang::PtBr),
            ("R$1,234", Lang::En),
            ("19,905", Lang::En),
        ] {
            for lang in Lang::ALL {
                let read = read(lang, text);
                match lang == native {
                    true => assert!(read.is_ok(), "{text}: {read:?}"),
                    false => assert_eq!(read, Err(Unread::Ambiguous), "{text}"),
                }
            }
        }
        let wrong = Err(Unread::Wrong(MoneyError::NotANumber));
        for text in [
            "",
            "abc",
            "a,bcd",
            "1,2,3",
            "1.23.4",
            "--5",
            "1e3",
            "12.34,5",
            "1,234.567,8",
            ",5",
            "5,",
        ] {
            for lang in Lang::ALL {
                assert_eq!(read(lang, text), wrong, "{text}");
            }
        }
        for text in ["0,905", "1234.567", "1.234,567"] {
            let read = read(Lang::En, text);
            let decimals = matches!(read, Err(Unread::Wrong(MoneyError::SubUnit { .. })));
            assert!(decimals, "{text}: {read:?}");
        }
    }

    #[test]
    fn what_is_shown_in_a_field_reads_back() {
        for lang in Lang::ALL {
            for minor in [0, 5, 99, 100, 123_456_789, 100_000] {
                let money = Money::from_minor(minor, Currency::BRL).unwrap();
                assert_eq!(
                    parse_money(lang, &amount(lang, money), Currency::BRL).unwrap(),
                    money
                );
                assert_eq!(
                    parse_money(lang, &super::money(lang, money), Currency::BRL).unwrap(),
                    money
                );
            }
        }
    }

    #[test]
    fn times_are_relative_while_that_is_clearer() {
        let now = time::macros::datetime!(2026-11-21 08:00 UTC);
        let en = |seconds: i64| relative(Lang::En, now, now - Duration::seconds(seconds));
        assert_eq!(en(10), "just now");
        assert_eq!(en(60), "1 minute ago");
        assert_eq!(en(7_300), "2 hours ago");
        assert_eq!(en(-1_200), "in 20 minutes");
        assert_eq!(en(20 * 86_400), "1 Nov 2026");
        assert_eq!(
            relative(Lang::PtBr, now, now - Duration::hours(1)),
            "há 1 hora"
        );
        assert_eq!(short_day(Lang::PtBr, "2026-11-05"), "5 de nov.");
    }
}
