//! By what a charge was paid, as far as its provider tells: people look for it there, or in the payer's statement. It is
//! what somebody else writes, so what has another form is left out.

use crate::{PaidBy, PaidCard};

const BRAND: usize = 32;
const END_TO_END: usize = 32;

/// Of a card, of which never more than the last four digits are read.
pub(crate) fn card(
    brand: Option<&str>,
    last4: Option<&str>,
    expires: Option<(i64, i64)>,
) -> PaidBy {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_- ".contains(c);
    let brand = brand.filter(|brand| !brand.is_empty() && brand.len() <= BRAND);
    let brand = brand.filter(|brand| brand.chars().all(plain));
    let last4 = last4.filter(|last4| last4.len() == 4 && last4.bytes().all(|b| b.is_ascii_digit()));
    let expires =
        expires.filter(|(month, year)| (1..=12).contains(month) && (2000..=2199).contains(year));
    let card = last4.map(|last4| PaidCard {
        brand: brand.map(str::to_lowercase),
        last4: last4.to_owned(),
        expires: expires.map(|(month, year)| format!("{year}-{month:02}")),
    });
    PaidBy {
        card,
        end_to_end_id: None,
    }
}

/// Of a PIX: the name that it has at all banks.
pub(crate) fn pix(end_to_end_id: Option<&str>) -> PaidBy {
    let is_one = |id: &&str| {
        id.len() == END_TO_END
            && id.starts_with('E')
            && id.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    PaidBy {
        card: None,
        end_to_end_id: end_to_end_id.filter(is_one).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_another_form_is_left_out() {
        let read = card(Some("Visa"), Some("4242"), Some((7, 2031)))
            .card
            .unwrap();
        let told = (read.brand.as_deref(), &*read.last4, read.expires.as_deref());
        assert_eq!(told, (Some("visa"), "4242", Some("2031-07")));
        for last4 in ["4242424242424242", "424", "42a2", ""] {
            assert_eq!(card(Some("visa"), Some(last4), None), PaidBy::default());
        }
        let odd = card(Some("<b>"), Some("4242"), Some((13, 2031)))
            .card
            .unwrap();
        assert_eq!((odd.brand, odd.expires), (None, None));
        let id = "E12345678202009091221kkkkkkkkkkk";
        assert_eq!(pix(Some(id)).end_to_end_id.as_deref(), Some(id));
        for wrong in [
            "E1",
            "D12345678202009091221kkkkkkkkkkk",
            "E12345678202009091221kkkkkkkkkk/",
        ] {
            assert_eq!(pix(Some(wrong)), PaidBy::default());
        }
    }
}
