//! Days as banks write them: `2026-03-17`, `20260317`, `17/03/2026`, `17.03.26`, with or without a time.

use time::{Date, Month};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DayOrder {
    DayFirst,
    MonthFirst,
}

/// Three numbers, of which perhaps nobody knows yet which is the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    Year(i32, u8, u8),
    /// The first two, and the year.
    Open(u8, u8, i32),
}

impl Written {
    /// `None` if it is no day.
    pub(super) fn read(text: &str) -> Option<Self> {
        let day = text.trim();
        let day = day.split([' ', 'T', '\u{a0}']).next().unwrap_or_default();
        if day.len() == 8 && day.bytes().all(|byte| byte.is_ascii_digit()) {
            return digits(day);
        }
        let mut parts = day.split(['/', '-', '.']);
        let (a, b, c) = (parts.next()?, parts.next()?, parts.next()?);
        let number = |text: &str| text.parse::<u16>().ok();
        let short = |text: &str| text.parse::<u8>().ok().filter(|_| text.len() <= 2);
        if parts.next().is_some() {
            return None;
        }
        match (a.len(), c.len()) {
            (4, _) => Some(Self::Year(number(a)?.into(), short(b)?, short(c)?)),
            (_, 4) => Some(Self::Open(short(a)?, short(b)?, number(c)?.into())),
            (_, 2) => Some(Self::Open(
                short(a)?,
                short(b)?,
                2000 + i32::from(short(c)?),
            )),
            _ => None,
        }
    }

    /// Which comes first, if a number is no month.
    pub(super) fn order(self) -> Option<DayOrder> {
        match self {
            Self::Open(first, _, _) if first > 12 => Some(DayOrder::DayFirst),
            Self::Open(_, second, _) if second > 12 => Some(DayOrder::MonthFirst),
            _ => None,
        }
    }

    pub(super) fn value(self, order: DayOrder) -> Option<Date> {
        let (year, month, day) = match (self, order) {
            (Self::Year(year, month, day), _) => (year, month, day),
            (Self::Open(day, month, year), DayOrder::DayFirst) => (year, month, day),
            (Self::Open(month, day, year), DayOrder::MonthFirst) => (year, month, day),
        };
        Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()
    }
}

/// `YYYYMMDD`, or `DDMMYYYY` where that is no year of ours.
fn digits(day: &str) -> Option<Written> {
    let part = |from: usize, to: usize| day.get(from..to)?.parse::<u16>().ok();
    let short = |from: usize| day.get(from..from + 2)?.parse::<u8>().ok();
    let year = part(0, 4)?;
    if (1900..2100).contains(&year) {
        return Some(Written::Year(year.into(), short(4)?, short(6)?));
    }
    Some(Written::Open(short(0)?, short(2)?, part(4, 8)?.into()))
}
