//! The codes that a postal address is checked by.

/// The 26 states of Brazil and its federal district.
const BRAZILIAN_STATES: &[&str] = &[
    "AC", "AL", "AM", "AP", "BA", "CE", "DF", "ES", "GO", "MA", "MG", "MS", "MT", "PA", "PB", "PE",
    "PI", "PR", "RJ", "RN", "RO", "RR", "RS", "SC", "SE", "SP", "TO",
];

/// An ISO 3166-1 alpha-2 code in capitals; which of them exist is not checked.
pub(super) fn is_country(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase())
}

pub(super) fn is_brazilian_state(code: &str) -> bool {
    BRAZILIAN_STATES.contains(&code)
}

/// A postal code of Brazil as it is kept: eight digits without the hyphen.
pub(super) fn cep(text: &str) -> Option<String> {
    let digits = match text.split_once('-') {
        Some((left, right)) if left.len() == 5 && right.len() == 3 => format!("{left}{right}"),
        Some(_) => return None,
        None => text.to_owned(),
    };
    (digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cep_is_eight_digits() {
        assert_eq!(cep("01310-200").as_deref(), Some("01310200"));
        assert_eq!(cep("01310200").as_deref(), Some("01310200"));
        for wrong in [
            "",
            "0131020",
            "013102000",
            "0131-0200",
            "01310-20a",
            "01310--200",
            " 01310200",
            "０1310200",
        ] {
            assert_eq!(cep(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn countries_and_states_are_codes() {
        assert!(is_country("BR") && !is_country("br") && !is_country("BRA"));
        assert!(is_brazilian_state("SP") && !is_brazilian_state("XX"));
    }
}
