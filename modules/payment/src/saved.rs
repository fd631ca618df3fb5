//! Rules of cards that people keep.

use feira_kernel::{FieldError, Time, validate::UNKNOWN};

use crate::{PaymentError, field_codes::CARD_EXPIRED};

/// Of one person.
pub(crate) const MOST: usize = 20;
/// That one person is adding at the same time.
pub(crate) const MOST_ADDING: usize = 10;
/// So long after it began, adding a card is given up: its holder has gone.
pub(crate) const ADDING: time::Duration = time::Duration::days(1);
/// So much later than here a day ends where it ends last.
const LAST_PLACE: time::Duration = time::Duration::hours(12);

/// A card is good until its month is over, wherever its holder is.
pub(crate) fn has_expired(month: i16, year: i16, now: Time) -> bool {
    let day = now - LAST_PLACE;
    (i32::from(year), i32::from(month)) < (day.year(), i32::from(u8::from(day.month())))
}

/// What nobody may pay with: another's, one that was removed, and one that never was, alike.
pub(crate) fn unknown() -> PaymentError {
    let why = "there is no such saved payment method";
    FieldError::new("/method/saved", UNKNOWN, why).into()
}

pub(crate) fn expired() -> PaymentError {
    FieldError::new("/method/saved", CARD_EXPIRED, "the card has expired").into()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_card_is_good_until_its_month_is_over_everywhere() {
        for (month, year, now, expired) in [
            (3, 2026, datetime!(2026-03-02 12:00 UTC), false),
            (3, 2026, datetime!(2026-03-31 23:59 UTC), false),
            (3, 2026, datetime!(2026-04-01 11:59 UTC), false),
            (3, 2026, datetime!(2026-04-01 12:00 UTC), true),
            (2, 2026, datetime!(2026-03-02 12:00 UTC), true),
            (12, 2025, datetime!(2026-01-01 11:59 UTC), false),
            (12, 2025, datetime!(2026-01-01 12:00 UTC), true),
            (1, 2027, datetime!(2026-12-31 12:00 UTC), false),
            (12, 2026, datetime!(2027-01-02 00:00 UTC), true),
        ] {
            assert_eq!(
                has_expired(month, year, now),
                expired,
                "{month}/{year} at {now}"
            );
        }
    }
}
