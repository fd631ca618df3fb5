//! Cards that a provider keeps for a person, as this module sees it.

use feira_kernel::{UserId, db::Secret};

use crate::SavedMethodId;

/// What is asked for before a card is added; the id is the idempotency key.
#[derive(Debug, Clone)]
pub(crate) struct NewSetup {
    pub(crate) id: SavedMethodId,
    pub(crate) user: UserId,
    /// The provider's name of her, if it has one: there is one of a person.
    pub(crate) customer: Option<Secret>,
}

/// A card that is being added, as the provider tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setup {
    pub(crate) id: Secret,
    pub(crate) customer: Secret,
    /// With which the holder's own program confirms it there.
    pub(crate) client_secret: Secret,
    pub(crate) fact: SetupFact,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SetupFact {
    /// For the holder, or for her bank.
    Waiting,
    Kept(KeptCard),
    /// Without a card, for good.
    Ended,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptCard {
    /// Its name there; charged together with the customer's.
    pub(crate) token: Secret,
    pub(crate) brand: String,
    pub(crate) last4: String,
    pub(crate) expiry_month: i16,
    pub(crate) expiry_year: i16,
}

/// What a card is called when nothing better is known.
const CARD: &str = "card";

impl KeptCard {
    /// What a provider says of a card, if it can be one.
    pub(crate) fn read(
        token: &str,
        brand: &str,
        last4: &str,
        (month, year): (i64, i64),
    ) -> Option<Self> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        let is_word = (1..=32).contains(&brand.len()) && brand.bytes().all(plain);
        let digits = last4.len() == 4 && last4.bytes().all(|b| b.is_ascii_digit());
        let there = (1..=12).contains(&month) && (2000..=2999).contains(&year);
        if !(digits && there && (1..=255).contains(&token.len())) {
            return None;
        }
        Some(Self {
            token: Secret(token.to_owned()),
            brand: if is_word { brand } else { CARD }.to_owned(),
            last4: last4.to_owned(),
            expiry_month: i16::try_from(month).ok()?,
            expiry_year: i16::try_from(year).ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_a_card_is_one() {
        let read = |token: &str, last4: &str, expiry| KeptCard::read(token, "visa", last4, expiry);
        assert!(read("pm_1", "4242", (12, 2030)).is_some());
        for (token, last4, expiry) in [
            ("", "4242", (12, 2030)),
            ("pm_1", "424", (12, 2030)),
            ("pm_1", "42x2", (12, 2030)),
            ("pm_1", "4242", (0, 2030)),
            ("pm_1", "4242", (13, 2030)),
            ("pm_1", "4242", (12, 30)),
        ] {
            assert_eq!(
                read(token, last4, expiry),
                None,
                "{token} {last4} {expiry:?}"
            );
        }
        for (brand, shown) in [
            ("amex", "amex"),
            ("", "card"),
            ("<b>", "card"),
            ("VISA", "card"),
        ] {
            let card = KeptCard::read("pm_1", brand, "4242", (1, 2031)).unwrap();
            assert_eq!(card.brand, shown);
            assert!(!format!("{card:?}").contains("pm_1"));
        }
    }
}
