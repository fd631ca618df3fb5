use feira_kernel::Time;
use jiff::{Timestamp, tz::TimeZone};
use time::UtcOffset;

/// Whose clocks a page shows.
#[derive(Debug, Clone)]
pub(crate) struct Zone(TimeZone);

impl Zone {
    pub(crate) fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// By its IANA name. PostgreSQL, which checked the name, may know one that we do not.
    pub(crate) fn named(name: &str) -> Self {
        Self(TimeZone::get(name).unwrap_or(TimeZone::UTC))
    }

    /// The same moment as the clocks show it there.
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
}
