//! The countries of ISO 3166-1, and what a postal address in them needs.

/// Those that have no postal codes, or hardly use them.
const WITHOUT_POSTAL_CODES: &[&str] = &[
    "AE", "AG", "AO", "AW", "BF", "BI", "BJ", "BO", "BQ", "BS", "BW", "BZ", "CD", "CF", "CG", "CI",
    "CK", "CM", "CW", "DJ", "DM", "ER", "FJ", "GA", "GD", "GH", "GM", "GQ", "GY", "HK", "JM", "KI",
    "KM", "KN", "KP", "LC", "LY", "ML", "MO", "MR", "MW", "NR", "NU", "QA", "RW", "SB", "SC", "SL",
    "SR", "ST", "SX", "SY", "TD", "TF", "TG", "TK", "TL", "TO", "TV", "UG", "VU", "WS", "YE", "ZW",
];

const AUSTRALIA: &[&str] = &["ACT", "NSW", "NT", "QLD", "SA", "TAS", "VIC", "WA"];
const BRAZIL: &[&str] = &[
    "AC", "AL", "AM", "AP", "BA", "CE", "DF", "ES", "GO", "MA", "MG", "MS", "MT", "PA", "PB", "PE",
    "PI", "PR", "RJ", "RN", "RO", "RR", "RS", "SC", "SE", "SP", "TO",
];
const CANADA: &[&str] = &[
    "AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT",
];
/// With the territories and the three of the armed forces.
const UNITED_STATES: &[&str] = &[
    "AA", "AE", "AK", "AL", "AP", "AR", "AS", "AZ", "CA", "CO", "CT", "DC", "DE", "FL", "GA", "GU",
    "HI", "IA", "ID", "IL", "IN", "KS", "KY", "LA", "MA", "MD", "ME", "MI", "MN", "MO", "MP", "MS",
    "MT", "NC", "ND", "NE", "NH", "NJ", "NM", "NV", "NY", "OH", "OK", "OR", "PA", "PR", "RI", "SC",
    "SD", "TN", "TX", "UM", "UT", "VA", "VI", "VT", "WA", "WI", "WV", "WY",
];

/// Whether it is one of the alpha-2 codes, in capitals.
pub(super) fn exists(code: &str) -> bool {
    !code.is_empty() && code.parse::<iso_currency::Country>().is_ok()
}

pub(super) fn has_postal_codes(country: &str) -> bool {
    !WITHOUT_POSTAL_CODES.contains(&country)
}

/// The states of which an address must name one; empty where a state is not needed.
pub(super) fn states(country: &str) -> &'static [&'static str] {
    match country {
        "AU" => AUSTRALIA,
        "BR" => BRAZIL,
        "CA" => CANADA,
        "US" => UNITED_STATES,
        _ => &[],
    }
}

/// How postal codes look, where that is well known: `N` is a digit, `A` a letter, a small letter is that
/// letter; a separator may be left out by who types, and is kept if it is no point.
pub(super) fn formats(country: &str) -> &'static [&'static str] {
    match country {
        "AR" => &["NNNN", "ANNNN", "ANNNN.AAA"],
        "AT" | "AU" | "BE" | "BG" | "CH" | "CY" | "DK" | "HU" | "LI" | "LU" | "NO" | "NZ"
        | "SI" | "ZA" => &["NNNN"],
        "BR" => &["NN.NNN.NNN"],
        "CA" => &["ANA NAN"],
        "CL" => &["NNN.NNNN"],
        "CN" | "CO" | "IN" | "RO" | "RU" | "SG" => &["NNN.NNN"],
        "CZ" | "GR" | "SE" | "SK" => &["NNN NN"],
        "DE" | "EE" | "ES" | "FI" | "FR" | "HR" | "IT" | "KR" | "MA" | "MX" | "TR" | "UA"
        | "UY" => &["NNNNN"],
        "GB" => &[
            "AN NAA",
            "ANN NAA",
            "AAN NAA",
            "AANN NAA",
            "ANA NAA",
            "AANA NAA",
            "bfpo N",
            "bfpo NN",
            "bfpo NNN",
            "bfpo NNNN",
        ],
        "JP" => &["NNN-NNNN"],
        "NL" => &["NNNN AA"],
        "PL" => &["NN-NNN"],
        "PT" => &["NNNN-NNN"],
        "US" => &["NNNNN", "NNNNN-NNNN"],
        _ => &[],
    }
}

/// The postal code, in capitals, as it is kept; `None` if no format of the country fits it.
pub(super) fn postal_code(country: &str, code: &str) -> Option<String> {
    let formats = formats(country);
    if formats.is_empty() {
        return Some(code.to_owned());
    }
    formats.iter().find_map(|format| {
        let digits_first = format.starts_with('N');
        fit(
            format,
            if digits_first {
                without_prefix(code)
            } else {
                code
            },
        )
    })
}

/// Digits without what often stands before them: `〒`, or the country, as in `D-10115`.
fn without_prefix(code: &str) -> &str {
    let code = code.trim_start_matches('〒').trim_start();
    match code.split_once(['-', ' ']) {
        Some((letters, digits))
            if (1..=3).contains(&letters.len())
                && letters.bytes().all(|b| b.is_ascii_uppercase()) =>
        {
            digits.trim_start()
        }
        _ => code,
    }
}

fn fit(format: &str, code: &str) -> Option<String> {
    let mut kept = String::with_capacity(format.len());
    let mut rest = code.chars().peekable();
    for place in format.chars() {
        match place {
            'N' => kept.push(rest.next().filter(char::is_ascii_digit)?),
            'A' => kept.push(rest.next().filter(char::is_ascii_uppercase)?),
            letter if letter.is_ascii_lowercase() => {
                let letter = letter.to_ascii_uppercase();
                kept.push(rest.next().filter(|c| *c == letter)?);
            }
            separator => {
                while rest.next_if(|c| matches!(c, ' ' | '-' | '.')).is_some() {}
                if separator != '.' {
                    kept.push(separator);
                }
            }
        }
    }
    rest.next().is_none().then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_those_of_iso_3166() {
        for code in ["BR", "AX", "HK", "SS", "ZW"] {
            assert!(exists(code), "{code}");
        }
        for code in ["", "XX", "ZZ", "UK", "br", "BRA"] {
            assert!(!exists(code), "{code}");
        }
        let letters = || 'A'..='Z';
        let all = letters().flat_map(|a| letters().map(move |b| format!("{a}{b}")));
        let all: Vec<String> = all.filter(|code| exists(code)).collect();
        assert_eq!(all.len(), 249);
        for code in WITHOUT_POSTAL_CODES {
            assert!(exists(code) && formats(code).is_empty(), "{code}");
        }
        let stated = all.iter().filter(|code| !states(code).is_empty());
        assert_eq!(Vec::from_iter(stated), ["AU", "BR", "CA", "US"]);
    }

    #[test]
    fn a_postal_code_has_one_form() {
        for (country, typed, kept) in [
            ("BR", "01310-200", "01310200"),
            ("BR", "01304 001", "01304001"),
            ("BR", "01.310-200", "01310200"),
            ("BR", "CEP 01310200", "01310200"),
            ("US", "10001", "10001"),
            ("US", "100011234", "10001-1234"),
            ("GB", "SW1A1AA", "SW1A 1AA"),
            ("GB", "M1 1AE", "M1 1AE"),
            ("PT", "1000 001", "1000-001"),
            ("DE", "D-10115", "10115"),
            ("JP", "〒1000001", "100-0001"),
            ("AR", "C1425ABC", "C1425ABC"),
            ("AR", "C1425", "C1425"),
            ("GB", "BFPO 57", "BFPO 57"),
            ("GB", "BFPO5766", "BFPO 5766"),
            ("GB", "BF1 2AU", "BF1 2AU"),
            ("IE", "T12", "T12"),
        ] {
            let found = postal_code(country, typed);
            assert_eq!(found.as_deref(), Some(kept), "{country} {typed}");
        }
    }

    #[test]
    fn what_is_no_postal_code_is_refused() {
        for (country, wrong) in [
            ("BR", ""),
            ("BR", "0131020"),
            ("BR", "013102000"),
            ("BR", "0131-0200"),
            ("BR", "0-13-10200"),
            ("BR", "01310-20A"),
            ("BR", "０1310200"),
            ("US", "1000"),
            ("GB", "SW1A"),
            ("GB", "BFPO"),
            ("GB", "BFPX 57"),
            ("AR", "C142"),
            ("PT", "APARTADO 12"),
        ] {
            assert_eq!(postal_code(country, wrong), None, "{country} {wrong}");
        }
    }
}
