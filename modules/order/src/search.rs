//! What somebody types to find an order: its number in any form, or a half or the beginning of it, an address for
//! mail, a name or a phone.

use feira_kernel::db;
use sea_orm::{ColumnTrait, Condition, sea_query::Expr};

use crate::entities::order;

/// More than anybody types means nothing.
const MAX_CHARS: usize = 100;
/// Of an order's number, without its hyphen.
const NUMBER: usize = 10;
/// Of a number, what names few enough.
const SHORTEST_PART: usize = 4;
/// Of a name's longest word: no index finds what is shorter.
const WORD: usize = 3;
/// From so many on, digits are a phone: these last ones are compared, without country and area.
const PHONE: usize = 8;

/// How an order may be meant.
#[derive(Debug, PartialEq, Eq)]
struct SearchTerms {
    number: Option<String>,
    /// Of a number of which a part was typed, for LIKE.
    parts: Vec<String>,
    /// Of `search_text`, for LIKE.
    patterns: Vec<String>,
}

/// The orders that are meant; `None` if nothing was typed. A store's part of one is found by the order's
/// number: it has one of it.
pub(crate) fn matching(typed: &str) -> Option<Condition> {
    let SearchTerms {
        number,
        parts,
        patterns,
    } = SearchTerms::by(typed)?;
    let mut found = Condition::any().add(Expr::cust("false"));
    if let Some(number) = number {
        found = found.add(order::Column::Number.eq(number));
    }
    for part in parts {
        found = found.add(order::Column::Number.like(part));
    }
    for pattern in patterns {
        // Words are compared without case and accents.
        let like = "search_text(shipping_address, email) LIKE lower(extensions.unaccent($1))";
        found = found.add(Expr::cust_with_values(like, [pattern]));
    }
    Some(found)
}

impl SearchTerms {
    fn by(typed: &str) -> Option<Self> {
        let visible = typed.chars().filter(|c| !c.is_control());
        let visible: String = visible.take(MAX_CHARS).collect();
        let typed = visible.trim().trim_start_matches('#').trim();
        if typed.is_empty() {
            return None;
        }
        if typed.contains('@') {
            return Some(Self {
                number: None,
                parts: Vec::new(),
                patterns: vec![format!("%|{}|%", db::like(typed))],
            });
        }
        let patterns = [name(typed), phone(typed)];
        Some(Self {
            number: number(typed),
            parts: parts(typed),
            patterns: patterns.into_iter().flatten().collect(),
        })
    }
}

/// The letters and digits of a number, without regard to case, hyphens and spaces, and with letters that look
/// like digits taken for those.
fn signs(typed: &str) -> Vec<char> {
    let signs = typed.chars().filter(|c| !is_between(*c));
    let signs = signs.map(|c| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    });
    signs.collect()
}

fn are_known(signs: &[char]) -> bool {
    const ALPHABET: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    signs.iter().all(|c| ALPHABET.contains(*c))
}

/// As it is kept, without the part's own number behind it.
fn number(typed: &str) -> Option<String> {
    let signs = signs(typed);
    let (own, part) = signs.split_at_checked(NUMBER)?;
    let counted = part.iter().all(char::is_ascii_digit);
    (are_known(own) && counted).then(|| joined(own))
}

fn joined(signs: &[char]) -> String {
    let (first, second) = signs.split_at(signs.len().min(NUMBER / 2));
    let text = |half: &[char]| half.iter().collect::<String>();
    match second {
        [] => text(first),
        _ => format!("{}-{}", text(first), text(second)),
    }
}

/// What begins so, or of five letters and digits, what ends so.
fn parts(typed: &str) -> Vec<String> {
    let signs = signs(typed);
    if !(SHORTEST_PART..NUMBER).contains(&signs.len()) || !are_known(&signs) {
        return Vec::new();
    }
    let half: String = signs.iter().collect();
    let mut parts = vec![format!("{}%", joined(&signs))];
    parts.extend((signs.len() == NUMBER / 2).then(|| format!("%-{half}")));
    parts
}

fn is_between(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '.' | '/' | '#'
        )
}

fn name(typed: &str) -> Option<String> {
    let mut words = typed.split(|c: char| !c.is_alphanumeric());
    words.find(|word| word.chars().count() >= WORD)?;
    let words: Vec<String> = typed.split_whitespace().map(db::like).collect();
    Some(format!("%{}%", words.join("%")))
}

fn phone(typed: &str) -> Option<String> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let only = |c: char| c.is_ascii_digit() || is_between(c) || matches!(c, '+' | '(' | ')');
    let from = digits.len().checked_sub(PHONE)?;
    typed
        .chars()
        .all(only)
        .then(|| format!("%{}", &digits[from..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_known_in_every_form() {
        for typed in [
            "6312G-5MMYN",
            "6312G-5MMYN-1",
            "6312g-5mmyn",
            "6312G5MMYN",
            "#6312G-5MMYN",
            "# 6312g5mmyn-12",
            " 6312G 5MMYN ",
            "6312G\u{2013}5MMYN",
            "63I2G-5MMYN",
        ] {
            let found = SearchTerms::by(typed).unwrap().number;
            assert_eq!(found.as_deref(), Some("6312G-5MMYN"), "{typed:?}");
        }
        assert_eq!(number("O19AH-JKZOZ").as_deref(), Some("019AH-JKZ0Z"));
        let parts = |typed| SearchTerms::by(typed).unwrap().parts;
        assert_eq!(parts("6312g"), ["6312G%", "%-6312G"]);
        assert_eq!(parts("#63I2"), ["6312%"]);
        assert_eq!(parts("6312G-5m"), ["6312G-5M%"]);
        for none in ["631", "6312G-5MMYN", "6312U", "100%"] {
            assert_eq!(parts(none), [""; 0], "{none:?}");
        }
        for typed in ["6312G", "6312G-5MMYN-x", "6312U-5MMYN", "", "Ana Souza"] {
            assert_eq!(number(typed), None, "{typed:?}");
        }
    }

    #[test]
    fn an_address_for_mail_is_that_and_nothing_else() {
        let meant = SearchTerms::by(" Ana_Souza@Example.com ").unwrap();
        let patterns = vec!["%|Ana\\_Souza@Example.com|%".to_owned()];
        let expected = SearchTerms {
            number: None,
            parts: Vec::new(),
            patterns,
        };
        assert_eq!(meant, expected);
    }

    #[test]
    fn a_name_is_its_words_and_digits_may_be_a_phone() {
        assert_eq!(
            SearchTerms::by("Ana  100%\0").unwrap().patterns,
            ["%Ana%100\\%%"]
        );
        assert_eq!(name("de Sá Ana").as_deref(), Some("%de%Sá%Ana%"));
        for short in ["D", "de Sá", "a-b c", "%", "!!!"] {
            assert_eq!(
                SearchTerms::by(short).unwrap().patterns,
                [""; 0],
                "{short:?}"
            );
        }
        for nothing in ["", " ", "\0", " # "] {
            assert_eq!(SearchTerms::by(nothing), None);
        }
        for typed in ["+55 (11) 91234-5678", "11912345678", "1234-5678"] {
            assert_eq!(phone(typed).as_deref(), Some("%12345678"), "{typed:?}");
        }
        for typed in ["1234567", "Ana 12345678", ""] {
            assert_eq!(phone(typed), None, "{typed:?}");
        }
    }
}
