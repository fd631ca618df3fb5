//! Telephone numbers, as people write them and as others want them.

/// Digits that E.164 allows of a number with its country's code, the least that exist among them.
const INTERNATIONAL: std::ops::RangeInclusive<usize> = 8..=15;
/// Digits of a number that may be as it is dialled in its own country.
const WRITTEN: std::ops::RangeInclusive<usize> = 5..=15;
const LONGEST: usize = 32;

/// What may stand in a number beside its digits.
const BETWEEN: &str = " ().-";

fn is_plain(number: &str) -> bool {
    let plain = |c: char| c.is_ascii_digit() || BETWEEN.contains(c);
    number.chars().all(plain)
}

fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

/// Whether it is a number as people write it. A plus stands before the digits, perhaps in their
/// parentheses.
pub(super) fn is_written(phone: &str) -> bool {
    let number = phone.strip_prefix('(').unwrap_or(phone);
    let number = number.strip_prefix('+').unwrap_or(number);
    WRITTEN.contains(&digits(number).len()) && phone.len() <= LONGEST && is_plain(number)
}

/// A number that was written with its country's code, as E.164 has it: a plus, and digits alone. `None` if it
/// is no such number.
pub fn international_phone(typed: &str) -> Option<String> {
    let number = typed.trim().strip_prefix('+')?;
    let digits = digits(number);
    let is_number = is_plain(number) && INTERNATIONAL.contains(&digits.len());
    (is_number && !digits.starts_with('0')).then(|| format!("+{digits}"))
}

/// A Brazilian number: area code and eight digits, or nine that begin with 9.
pub fn brazilian_phone(typed: &str) -> Option<String> {
    let phone = international_phone(typed)?;
    let number = phone.strip_prefix("+55")?.as_bytes();
    let area = matches!(number, [b'1'..=b'9', b'1'..=b'9', ..]);
    let shaped = match number.len() {
        10 => true,
        11 => number.get(2) == Some(&b'9'),
        _ => false,
    };
    (area && shaped).then_some(phone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_international_number_has_its_countrys_code() {
        for (typed, kept) in [
            ("+55 81 91234-5678", Some("+5581912345678")),
            (" +1 (555) 010.0000 ", Some("+15550100000")),
            ("81 91234-5678", None),
            ("+0 81 91234-5678", None),
            ("+55", None),
            ("+55 81 91234-5678 9999", None),
            ("+55 81 nine", None),
            ("++55 81 91234-5678", None),
            ("", None),
        ] {
            assert_eq!(international_phone(typed).as_deref(), kept, "{typed:?}");
        }
    }

    #[test]
    fn a_brazilian_number_has_an_area_and_eight_digits_or_nine() {
        for (typed, kept) in [
            ("+55 (11) 91234-5678", Some("+5511912345678")),
            ("+55 21 3234.5678", Some("+552132345678")),
            ("+5511812345678", None),
            ("+550112345678", None),
            ("+55119123456789", None),
            ("+1 (555) 010.0000", None),
            ("(11) 91234-5678", None),
        ] {
            assert_eq!(brazilian_phone(typed).as_deref(), kept, "{typed:?}");
        }
    }
}
