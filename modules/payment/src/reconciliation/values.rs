//! Amounts and times as programs and spreadsheets write them.

use feira_kernel::Time;
use rust_decimal::Decimal;
use time::{Date, Month, PrimitiveDateTime, UtcOffset};

/// A number with a sign before or behind it, or in brackets; its last separator is the decimal one, unless
/// it groups.
pub(super) fn amount(text: &str) -> Option<Decimal> {
    let mut text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let bracketed = text
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'));
    let (minus, digits) = match bracketed {
        Some(inner) => (true, inner.to_owned()),
        None => {
            let minus = text.starts_with(['-', '\u{2212}']) || text.ends_with('-');
            text.retain(|c| !matches!(c, '-' | '\u{2212}' | '+'));
            (minus, text)
        }
    };
    let plain = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
    let some = digits.contains(|c: char| c.is_ascii_digit());
    if digits.len() > 30 || !some || !digits.chars().all(plain) {
        return None;
    }
    let number = match digits.rfind(['.', ',']) {
        None => digits,
        Some(at) => {
            let (whole, fraction) = digits.split_at(at);
            let fraction = fraction.get(1..)?;
            let sign = digits.get(at..=at)?;
            let others = whole.replace(['.', ','], "");
            // 1,234 groups and 1.234 does not: programs write a point.
            let groups = whole.contains(sign) || (sign == "," && fraction.len() == 3);
            match groups {
                true => format!("{others}{fraction}"),
                false => format!("{others}.{fraction}"),
            }
        }
    };
    let number = number.trim_end_matches('.');
    let number = match number.starts_with('.') {
        true => Decimal::from_str_exact(&format!("0{number}")),
        false => Decimal::from_str_exact(number),
    };
    let number = number.ok()?;
    Some(if minus { -number } else { number })
}

/// In which order a date says day and month, where no year is in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    DayFirst,
    MonthFirst,
}

/// A moment, or the start of a day; without an offset it is UTC's.
pub(super) fn moment(text: &str, order: Order) -> Option<Time> {
    let text = text.trim();
    let (day, rest) = match text.find(['T', ' ']) {
        Some(at) => (text.get(..at)?, text.get(at + 1..)?.trim()),
        None => (text, ""),
    };
    let day = date(day, order)?;
    let (clock, offset) = match rest.find(['Z', '+', '-']) {
        Some(at) => (rest.get(..at)?, rest.get(at..)?),
        None => (rest, ""),
    };
    let mut parts = clock
        .split([':', '.', ' '])
        .map(|part| part.parse::<u8>().ok());
    let mut next = || parts.next().flatten().unwrap_or(0);
    let clock = time::Time::from_hms(next(), next(), next()).ok()?;
    let offset = offset_of(offset)?;
    Some(PrimitiveDateTime::new(day, clock).assume_offset(offset))
}

fn date(text: &str, order: Order) -> Option<Date> {
    let mut parts = text.split(['-', '/', '.']);
    let mut next = || parts.next()?.parse::<u16>().ok();
    let (first, second, third) = (next()?, next()?, next()?);
    let (year, month, day) = match order {
        _ if first > 31 => (first, second, third),
        Order::DayFirst => (third, second, first),
        Order::MonthFirst => (third, first, second),
    };
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?).ok()
}

fn offset_of(text: &str) -> Option<UtcOffset> {
    let (sign, digits) = match text.split_at_checked(1) {
        Some(("+", digits)) => (1, digits),
        Some(("-", digits)) => (-1, digits),
        _ => return Some(UtcOffset::UTC),
    };
    let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
    let hours = digits.get(..2)?.parse::<i8>().ok()?;
    let minutes = digits
        .get(2..4)
        .map_or(Some(0), |minutes| minutes.parse().ok())?;
    UtcOffset::from_hms(sign * hours, sign * minutes, 0).ok()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn amounts_are_read_as_programs_and_people_write_them() {
        for (text, value) in [
            ("19.90", Some("19.90")),
            ("-19,90", Some("-19.90")),
            ("1,234.50", Some("1234.50")),
            ("1.234,50", Some("1234.50")),
            ("1.234.567,8", Some("1234567.8")),
            ("1,234", Some("1234")),
            ("1.234", Some("1.234")),
            ("(12.00)", Some("-12.00")),
            ("12.00-", Some("-12.00")),
            (" 1 234,00 ", Some("1234.00")),
            ("0", Some("0")),
            ("5.", Some("5")),
            ("", None),
            (".", None),
            ("12a", None),
            ("1e9", None),
        ] {
            let value = value.map(|value| Decimal::from_str_exact(value).unwrap());
            assert_eq!(amount(text), value, "{text:?}");
        }
    }

    #[test]
    fn moments_are_read_in_any_of_the_usual_forms() {
        let noon = datetime!(2026-03-17 12:00 UTC);
        for (text, at) in [
            ("2026-03-17 12:00:00", Some(noon)),
            ("2026-03-17T12:00:00.123Z", Some(noon)),
            ("2026-03-17T09:00:00.000-03:00", Some(noon)),
            ("2026-03-17T09:00:00-0300", Some(noon)),
            ("17/03/2026 12:00", Some(noon)),
            ("2026-03-17", Some(datetime!(2026-03-17 0:00 UTC))),
            ("2026-13-17", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(moment(text, Order::DayFirst), at, "{text:?}");
        }
        assert_eq!(moment("03/17/2026", Order::DayFirst), None);
        assert_eq!(
            moment("03/17/2026", Order::MonthFirst),
            Some(datetime!(2026-03-17 0:00 UTC))
        );
    }
}
