//! Days and months as they are typed; when they begin, and where, PostgreSQL computes.

use time::{Date, Month};

use super::{DAY, Fields, MONTH};

/// Further ones are no days that anything was sold on.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9998;

fn month(text: &str) -> Option<(i32, Month)> {
    let (year, month) = text.split_once('-')?;
    let digits =
        |text: &str, count: usize| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(year, 4) || !digits(month, 2) {
        return None;
    }
    let year = year
        .parse::<i32>()
        .ok()
        .filter(|year| YEARS.contains(year))?;
    Some((year, Month::try_from(month.parse::<u8>().ok()?).ok()?))
}

fn day(text: &str) -> Option<Date> {
    let (before, day) = text.rsplit_once('-')?;
    let (year, month) = month(before)?;
    let number: u8 = Some(day).filter(|day| day.len() == 2)?.parse().ok()?;
    Date::from_calendar_date(year, month, number).ok()
}

impl Fields {
    /// A day such as `2026-03-17`; an empty one is `None`.
    pub fn day(&mut self, pointer: &str, text: Option<&str>) -> Option<Date> {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        let found = day(text);
        if found.is_none() {
            self.refuse(pointer, DAY, "a day such as 2026-03-17");
        }
        found
    }

    /// The first day of a month such as `2026-03`; an empty one is `None`.
    pub fn month(&mut self, pointer: &str, text: Option<&str>) -> Option<Date> {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        let found = month(text);
        let first = found.and_then(|(year, month)| Date::from_calendar_date(year, month, 1).ok());
        if first.is_none() {
            self.refuse(pointer, MONTH, "a month such as 2026-03");
        }
        first
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn days_and_months_are_those_of_the_calendar() {
        assert_eq!(day("2026-03-17"), Some(date!(2026 - 03 - 17)));
        assert_eq!(day("2024-02-29"), Some(date!(2024 - 02 - 29)));
        for none in [
            "",
            "2026-3-17",
            "2026-02-29",
            "2026-13-01",
            "26-03-17",
            "2026-03-1x",
            "2026-03",
        ] {
            assert_eq!(day(none), None, "{none}");
        }
        assert_eq!(month("2026-12"), Some((2026, Month::December)));
        for none in [
            "2026-00", "2026-13", "2026", "12-2026", "1969-12", "9999-01",
        ] {
            assert_eq!(month(none), None, "{none}");
        }
    }

    #[test]
    fn nothing_typed_is_nothing_and_nonsense_is_refused() {
        let mut fields = Fields::default();
        assert_eq!(fields.day("/from", None), None);
        assert_eq!(fields.day("/from", Some(" ")), None);
        assert_eq!(
            fields.month("/month", Some(" 2026-03 ")),
            Some(date!(2026 - 03 - 01))
        );
        assert_eq!(fields.day("/to", Some("tomorrow")), None);
        let refused = fields.finish().unwrap_err();
        assert_eq!(
            (refused.len(), refused[0].code.as_str()),
            (1, "request.day")
        );
    }
}
