//! Slugs: readable, ASCII, never to be taken for something else.

use uuid::Uuid;

/// The slug of a name, of at most `max` characters; empty where nothing readable is left.
pub fn slug(name: &str, max: usize) -> String {
    let mut slug = String::new();
    for letter in name.chars().flat_map(char::to_lowercase) {
        let plain = plain(letter);
        if letter.is_ascii_alphanumeric() {
            slug.push(letter);
        } else if !plain.is_empty() {
            slug.push_str(plain);
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

/// Whether a path would take the slug for an id or for one of its own words.
pub fn is_reserved(slug: &str, words: &[&str]) -> bool {
    words.contains(&slug) || Uuid::try_parse(slug).is_ok()
}

/// The letters of most European languages without their marks; nothing for what separates words.
fn plain(letter: char) -> &'static str {
    match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ª' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ì'..='ï' | 'ī' | 'ı' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ő' | 'º' => "o",
        'œ' => "oe",
        'ř' => "r",
        'ś' | 'ş' | 'š' => "s",
        'ß' => "ss",
        'ť' | 'ţ' => "t",
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn slugs_are_plain() {
        for (name, expected) in [
            ("Camiseta de Algodão  100%!", "camiseta-de-algodao-100"),
            ("ÇÃO über straße", "cao-uber-strasse"),
            ("Ateliê da Conceição", "atelie-da-conceicao"),
            ("日本", ""),
            ("--", ""),
        ] {
            assert_eq!(slug(name, 60), expected, "{name}");
        }
        assert_eq!(slug("ab cd", 3), "ab");
    }

    #[test]
    fn ids_and_words_are_reserved() {
        assert!(is_reserved("new", &["new"]) && !is_reserved("news", &["new"]));
        assert!(is_reserved("01990000-0000-7000-8000-000000000001", &[]));
    }

    proptest! {
        #[test]
        fn every_slug_is_a_path_segment(name in ".{0,200}") {
            let slug = slug(&name, 60);
            prop_assert!(slug.len() <= 60);
            prop_assert!(slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
            prop_assert!(!slug.starts_with('-') && !slug.ends_with('-') && !slug.contains("--"));
        }
    }
}
