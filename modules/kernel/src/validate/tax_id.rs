//! Brazil's tax ids: the CPF of a person and the CNPJ of a company, by their check digits.

/// The id without punctuation, if it is a CPF or a CNPJ with right check digits.
pub(super) fn brazilian(text: &str) -> Option<String> {
    let plain: String = text
        .trim()
        .chars()
        .filter(|c| !matches!(c, '.' | '-' | '/' | ' '))
        .map(|c| c.to_ascii_uppercase())
        .collect();
    (is_cpf(&plain) || is_cnpj(&plain)).then_some(plain)
}

/// Eleven digits, the last two of which follow from the others.
fn is_cpf(plain: &str) -> bool {
    let bytes = plain.as_bytes();
    if bytes.len() != 11 || !bytes.iter().all(u8::is_ascii_digit) || all_same(bytes) {
        return false;
    }
    (9..11).all(|at| {
        let descending = (2_u32..).take(at).collect::<Vec<_>>().into_iter().rev();
        check_digit(&bytes[..at], descending) == bytes[at]
    })
}

/// Twelve letters or digits and two check digits. The value of a character is its ASCII code
/// less 48, which for digits is the digit, so that one rule serves the old form and the new.
fn is_cnpj(plain: &str) -> bool {
    let bytes = plain.as_bytes();
    if bytes.len() != 14 || all_same(bytes) {
        return false;
    }
    let (body, digits) = bytes.split_at(12);
    let shaped = body
        .iter()
        .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        && digits.iter().all(u8::is_ascii_digit);
    shaped
        && (12..14).all(|at| {
            // From the right: 2, 3, ... 9, and again from 2.
            let weights: Vec<u32> = (2_u32..=9).cycle().take(at).collect();
            check_digit(&bytes[..at], weights.into_iter().rev()) == bytes[at]
        })
}

fn check_digit(bytes: &[u8], weights: impl Iterator<Item = u32>) -> u8 {
    let sum: u32 = bytes
        .iter()
        .zip(weights)
        .map(|(byte, weight)| u32::from(byte - b'0') * weight)
        .sum();
    match sum % 11 {
        0 | 1 => b'0',
        rest => b'0' + u8::try_from(11 - rest).unwrap_or(0),
    }
}

/// Such ids have right check digits and are nobody's.
fn all_same(bytes: &[u8]) -> bool {
    bytes.windows(2).all(|pair| pair[0] == pair[1])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_ids() {
        for (text, plain) in [
            ("529.982.247-25", "52998224725"),
            ("52998224725", "52998224725"),
            ("11.222.333/0001-81", "11222333000181"),
            ("12.ABC.345/01DE-35", "12ABC34501DE35"),
            ("12.abc.345/01de-35", "12ABC34501DE35"),
        ] {
            assert_eq!(brazilian(text).as_deref(), Some(plain), "{text}");
        }
    }

    #[test]
    fn wrong_ids() {
        for text in [
            "",
            "529.982.247-24",
            "529.982.247-15",
            "111.111.111-11",
            "11.222.333/0001-82",
            "11.222.333/0001-91",
            "12.ABC.345/01DE-36",
            "12.ABC.345/01DE-3X",
            "00.000.000/0000-00",
            "5299822472",
            "529982247250",
            "52998224725\0",
            "１２.ABC.345/01DE-35",
            "12.ÁBC.345/01DE-35",
        ] {
            assert_eq!(brazilian(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn one_wrong_character_is_found(at in 0_usize..12, other in "[0-9A-Z]") {
            let right = "12ABC34501DE35";
            let wrong = format!("{}{other}{}", &right[..at], &right[at + 1..]);
            // Values that differ by a multiple of eleven look the same to the check digits.
            let value = |c: char| c as u32 - 48;
            let apart = right.chars().nth(at).map(value).unwrap()
                .abs_diff(other.chars().next().map(value).unwrap());
            prop_assume!(apart % 11 != 0);
            prop_assert_eq!(brazilian(&wrong), None);
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = brazilian(&text);
        }
    }
}
