//! Slugs: readable, ASCII, never mistaken for an id or for a route of the API.

use uuid::Uuid;

const MAX: usize = 80;
/// Words that are, or may become, fixed paths beside `/products/{slug}`.
const RESERVED: [&str; 9] = [
    "new", "search", "suggest", "import", "export", "edit", "all", "me", "admin",
];

/// A slug of a name; `fallback` where nothing readable is left, and before what is not allowed.
pub(crate) fn slug(name: &str, fallback: &str) -> String {
    let mut slug = String::new();
    for letter in name.chars().flat_map(char::to_lowercase) {
        let plain = plain(letter);
        if plain.is_empty() {
            if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        } else {
            slug.push_str(plain.as_str());
        }
        if slug.len() >= MAX {
            break;
        }
    }
    let slug = slug.trim_matches('-');
    if slug.is_empty() {
        fallback.to_owned()
    } else if Uuid::try_parse(slug).is_ok() || RESERVED.contains(&slug) {
        format!("{fallback}-{slug}")
    } else {
        slug.to_owned()
    }
}

/// The letters of most European languages without their marks; nothing for what separates words.
fn plain(letter: char) -> String {
    let plain = match letter {
        'a'..='z' | '0'..='9' => return letter.to_string(),
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
    };
    plain.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_plain() {
        for (name, expected) in [
            ("Camiseta de Algodão  100%!", "camiseta-de-algodao-100"),
            ("ÇÃO über straße", "cao-uber-strasse"),
            ("日本", "product"),
            ("--", "product"),
            ("New", "product-new"),
            (
                "01990000-0000-7000-8000-000000000001",
                "product-01990000-0000-7000-8000-000000000001",
            ),
        ] {
            assert_eq!(slug(name, "product"), expected, "{name}");
        }
        assert!(slug(&"a".repeat(500), "product").len() <= MAX + 2);
    }
}
