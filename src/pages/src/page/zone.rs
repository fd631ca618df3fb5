use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use feira_kernel::Time;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use time::UtcOffset;

/// Unknown zone names that were logged already.
static UNKNOWN: Unknown = Unknown(Mutex::new(BTreeSet::new()));

struct Unknown(Mutex<BTreeSet<String>>);

impl Unknown {
    fn is_new(&self, name: &str) -> bool {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.insert(name.to_owned())
    }
}

/// The time zone of a page.
#[derive(Debug, Clone)]
pub(crate) struct Zone(TimeZone);

impl Zone {
    pub(crate) fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// By its IANA name. A store keeps the marketplace's zone of its application; if a later release
    /// does not know it, UTC is used.
    pub(crate) fn named(name: &str) -> Self {
        TimeZone::get(name).map_or_else(
            |error| {
                if UNKNOWN.is_new(name) {
                    tracing::warn!(name, %error, "a time zone is not known; pages show UTC instead");
                }
                Self::utc()
            },
            Self,
        )
    }

    /// The start of the day after a typed one, such as `2026-03-17`. Negative years are refused.
    pub(crate) fn start_of_day_after(&self, day: &str) -> Option<Time> {
        let day: Date = day.parse().ok()?;
        let next = Some(day.tomorrow().ok()?).filter(|next| next.year() > 0)?;
        let start = next.to_zoned(self.0.clone()).ok()?;
        Time::from_unix_timestamp(start.timestamp().as_second()).ok()
    }

    /// The start of a day that was typed.
    pub(crate) fn start_of_day(&self, day: &str) -> Option<Time> {
        let day: Date = day.parse().ok()?;
        let day = Some(day).filter(|day| day.year() > 0)?;
        let start = day.to_zoned(self.0.clone()).ok()?;
        Time::from_unix_timestamp(start.timestamp().as_second()).ok()
    }

    /// The moment in this zone's local time.
    pub(super) fn local(&self, at: Time) -> Time {
        let seconds = Timestamp::from_second(at.unix_timestamp())
            .map_or(0, |moment| self.0.to_offset(moment).seconds());
        at.to_offset(UtcOffset::from_whole_seconds(seconds).unwrap_or(UtcOffset::UTC))
    }
}

/// `UTC`, `UTC-3` or `UTC+5:30`.
pub(super) fn distance(offset: UtcOffset) -> String {
    let (hours, minutes, _) = offset.as_hms();
    match (hours, minutes) {
        (0, 0) => "UTC".to_owned(),
        (_, 0) => format!("UTC{hours:+}"),
        _ => {
            let sign = if offset.is_negative() { '-' } else { '+' };
            format!("UTC{sign}{}:{:02}", hours.abs(), minutes.abs())
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn clocks_are_those_of_the_zone_and_of_the_season() {
        let shown = |zone: &str, at| {
            let local = Zone::named(zone).local(at);
            let clock = (local.day(), local.hour(), local.minute());
            (clock, distance(local.offset()))
        };
        let summer = datetime!(2026-07-01 01:15 UTC);
        let winter = datetime!(2026-12-01 01:15 UTC);
        let said = |clock, distance: &str| (clock, distance.to_owned());
        assert_eq!(
            shown("America/Sao_Paulo", summer),
            said((30, 22, 15), "UTC-3")
        );
        assert_eq!(shown("Europe/Lisbon", summer), said((1, 2, 15), "UTC+1"));
        assert_eq!(shown("Europe/Lisbon", winter), said((1, 1, 15), "UTC"));
        assert_eq!(shown("Asia/Kolkata", winter), said((1, 6, 45), "UTC+5:30"));
        assert_eq!(shown("Mars/Olympus_Mons", winter), said((1, 1, 15), "UTC"));
    }

    #[test]
    fn a_zone_that_is_not_known_is_told_once() {
        let unknown = Unknown(Mutex::default());
        let told = ["Mars", "Venus", "Mars", "Venus"].map(|name| unknown.is_new(name));
        assert_eq!(told, [true, true, false, false]);
    }

    #[test]
    fn a_day_starts_where_its_clocks_say_so() {
        let after = |zone: &str, day: &str| Zone::named(zone).start_of_day_after(day);
        let here = "America/Sao_Paulo";
        assert_eq!(
            after(here, "2026-03-17"),
            Some(datetime!(2026-03-18 03:00 UTC))
        );
        assert_eq!(
            after("Asia/Kolkata", "2026-12-31"),
            Some(datetime!(2026-12-31 18:30 UTC))
        );
        // Daylight saving time began at midnight.
        assert_eq!(
            after(here, "2018-11-03"),
            Some(datetime!(2018-11-04 03:00 UTC))
        );
        for none in ["", "tomorrow", "2026-02-30", "9999-12-31", "-005000-01-01"] {
            assert_eq!(after(here, none), None, "{none:?}");
        }
    }
}
