//! Slugs: readable, ASCII, never to be taken for something else.

use any_ascii::any_ascii_char;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use uuid::Uuid;

/// The slug of a name, of at most `max` characters; `kind` where nothing readable is left, and behind
/// what a path would take for an id or for one of its own words.
pub fn slug(name: &str, max: usize, reserved: &[&str], kind: &str) -> String {
    let slug = readable(name, max);
    if slug.is_empty() {
        kind.to_owned()
    } else if reserved.contains(&slug.as_str()) || Uuid::try_parse(&slug).is_ok() {
        format!("{slug}-{kind}")
    } else {
        slug
    }
}

fn readable(name: &str, max: usize) -> String {
    let mut slug = String::new();
    for letter in name.nfc() {
        if letter == '&' {
            slug.push('e');
        } else if letter.is_alphanumeric() || is_combining_mark(letter) {
            slug.extend(ascii(letter));
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= max {
            break;
        }
    }
    slug.truncate(max);
    slug.trim_end_matches('-').to_owned()
}

/// A Latin letter without its marks, any other as it sounds; a mark by itself is mostly nothing.
fn ascii(letter: char) -> impl Iterator<Item = char> {
    let latin = letter.nfkd().next().is_some_and(|c| c.is_ascii());
    let sound = if latin { "" } else { any_ascii_char(letter) };
    let base = latin.then(|| letter.nfkd()).into_iter().flatten();
    base.chain(sound.chars())
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WORDS: &[&str] = &["new"];

    fn of(name: &str) -> String {
        slug(name, 60, WORDS, "product")
    }

    #[test]
    fn slugs_are_plain() {
        for (name, expected) in [
            ("Camiseta de Algodão  100%!", "camiseta-de-algodao-100"),
            ("ÇÃO über straße", "cao-uber-strasse"),
            ("Ateliê da Conceição", "atelie-da-conceicao"),
            ("  Café & Cia. -- São João  ", "cafe-e-cia-sao-joao"),
            ("Nike™ 2ª edição", "nike-2a-edicao"),
            ("--", "product"),
            ("🔥", "product"),
        ] {
            assert_eq!(of(name), expected, "{name}");
        }
        assert_eq!(slug("ab cd", 3, WORDS, "product"), "ab");
        assert_eq!(slug(&"a".repeat(500), 80, WORDS, "product").len(), 80);
    }

    #[test]
    fn every_latin_alphabet_and_other_scripts_are_read() {
        for (name, expected) in [
            ("Pa\u{303}o de ac\u{327}u\u{301}car", "pao-de-acucar"),
            ("Brașov", "brasov"),
            ("Łódź Čaj", "lodz-caj"),
            ("Trần Hưng Đạo", "tran-hung-dao"),
            ("Ğüneş Ķēniņš", "gunes-kenins"),
            ("ÍSLENSK ÆÐ", "islensk-aed"),
            ("Борис Ельцин", "boris-eltsin"),
            ("さいたま", "saitama"),
            ("화성시", "hwaseongsi"),
            ("日本", "riben"),
        ] {
            assert_eq!(of(name), expected, "{name}");
        }
    }

    #[test]
    fn a_slug_is_no_id_and_no_word_of_a_path() {
        assert_eq!(of("New"), "new-product");
        assert_eq!(of("News"), "news");
        let id = "01990000-0000-7000-8000-000000000001";
        assert_eq!(of(id), format!("{id}-product"));
    }

    proptest! {
        #[test]
        fn every_slug_is_a_path_segment(name in ".{0,200}") {
            let slug = of(&name);
            prop_assert!(!slug.is_empty() && slug.len() <= 60 + "-product".len());
            prop_assert!(slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
            prop_assert!(!slug.starts_with('-') && !slug.ends_with('-') && !slug.contains("--"));
            prop_assert!(Uuid::try_parse(&slug).is_err() && !WORDS.contains(&slug.as_str()));
        }
    }
}
