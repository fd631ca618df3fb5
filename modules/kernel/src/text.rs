//! What people type, made uniform before it is checked, compared or kept: composed (NFC), spaces and
//! hyphens of one kind, and without characters that nobody can see. Control characters stay: who checks
//! refuses them.

use unicode_normalization::{UnicodeNormalization, char::canonical_combining_class};

const NON_JOINER: char = '\u{200c}';
const JOINER: char = '\u{200d}';

/// One line: also line separators are spaces.
pub fn line(text: &str) -> String {
    visible(text, space)
}

/// A text of several lines.
pub fn lines(text: &str) -> String {
    visible(text, |c| match c {
        '\u{2028}' | '\u{2029}' => '\n',
        c => space(c),
    })
}

/// What is compared character by character, such as a telephone number or a postal code: wide letters and
/// digits are narrow (NFKC), every dash is a hyphen, and nothing invisible stays at all.
pub fn code(text: &str) -> String {
    let seen = text.chars().filter(|c| !is_invisible(*c));
    seen.nfkc().map(dash).map(space).collect()
}

/// The characters as they come, composed: for what must not be cleaned, such as a password.
pub fn composed(text: &str) -> String {
    text.nfc().collect()
}

fn visible(text: &str, fold: impl Fn(char) -> char) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut kept = String::with_capacity(text.len());
    let mut before: Option<char> = None;
    // Composed first too: what stands around an invisible character decides over it.
    let mut rest = text.nfc().map(fold).peekable();
    while let Some(c) = rest.next() {
        if !is_invisible(c) || before.is_some_and(|before| shapes(before, c, rest.peek())) {
            kept.push(c);
            before = Some(c);
        }
    }
    composed(&kept)
}

fn space(c: char) -> char {
    match c {
        // The blank of Braille is no space to Unicode, and as empty.
        '\u{2800}' => ' ',
        '\u{2010}' | '\u{2011}' | '\u{fe63}' | '\u{ff0d}' => '-',
        c if c.is_whitespace() && !c.is_control() => ' ',
        c => c,
    }
}

fn dash(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' => '-',
        c => c,
    }
}

/// Unicode's default ignorable code points, and the marks of annotations: with them a text looks like
/// another, or like none.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Whether the invisible character changes what is seen, between these two: joiners in the scripts that
/// join their letters and in emoji made of several, variants of emoji and of Han characters, and the
/// letters of a flag.
fn shapes(before: char, c: char, after: Option<&char>) -> bool {
    let after_is = |is: fn(char) -> bool| after.is_some_and(|after| is(*after));
    match c {
        JOINER | NON_JOINER if joins(before) => is_virama(before) || after_is(joins),
        JOINER => (is_picture(before) || before == '\u{fe0f}') && after_is(is_picture),
        '\u{180b}'..='\u{180d}' | '\u{180f}' => matches!(before, '\u{1820}'..='\u{18aa}'),
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => {
            (before >= '\u{2000}' && !is_invisible(before))
                || matches!(before, '©' | '®')
                || (matches!(before, '0'..='9' | '#' | '*') && after == Some(&'\u{20e3}'))
        }
        '\u{e0020}'..='\u{e007f}' => matches!(before, '\u{1f3f4}' | '\u{e0020}'..='\u{e007e}'),
        _ => false,
    }
}

/// A letter or a mark of the scripts from Arabic to those of South and Southeast Asia.
fn joins(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{1cff}')
        && (c.is_alphanumeric() || canonical_combining_class(c) != 0)
        && !is_invisible(c)
}

/// It ends a letter without a vowel; a joiner behind it chooses the form, also at the end of a word.
fn is_virama(c: char) -> bool {
    canonical_combining_class(c) == 9
}

/// A symbol or an emoji, or the colour of its skin.
fn is_picture(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_cannot_be_seen_goes() {
        for (typed, kept) in [
            ("\u{200b}", ""),
            ("\u{feff}Ana\u{200e}", "Ana"),
            ("Ana\u{202e}anA\u{202c}", "AnaanA"),
            ("\u{2067}Ana\u{2069}", "Ana"),
            ("so\u{ad}fá", "sofá"),
            ("pa\u{200d}ypal \u{200c}é", "paypal é"),
            ("\u{3164}\u{2064}\u{e0041}", ""),
            ("é\u{fe0f}", "é"),
            ("Ana\u{a0}de\u{2003}Sá\u{2028}\u{2800}", "Ana de Sá  "),
            ("guarda\u{2011}chuva – é", "guarda-chuva – é"),
            ("Joa\u{303}o", "João"),
        ] {
            assert_eq!(line(typed), kept, "{typed:?}");
        }
    }

    #[test]
    fn emoji_and_scripts_that_join_keep_their_joiners() {
        for text in [
            "Camiseta 👩\u{200d}🚀",
            "👨🏽\u{200d}⚕\u{fe0f}",
            "❤\u{fe0f}\u{200d}🔥",
            "1\u{fe0f}\u{20e3}º lugar",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "می\u{200c}خواهم",
            "ක්\u{200d}ෂ",
            "അവന്\u{200d}",
            "葛\u{e0100}城",
        ] {
            assert_eq!(line(text), text, "{text:?}");
        }
    }

    #[test]
    fn lines_and_tabs_stay_and_controls_are_for_the_check() {
        assert_eq!(lines("a\u{a0}b\r\n\té\u{2029}c"), "a b\r\n\té\nc");
        assert_eq!(line("é\0\n"), "é\0\n");
    }

    #[test]
    fn codes_are_narrow_and_have_one_dash() {
        for (typed, kept) in [
            (
                "\u{202a}+55 11 91234\u{2013}5678\u{202c}",
                "+55 11 91234-5678",
            ),
            ("０１３０４－００１", "01304-001"),
            ("12\u{2212}3\u{a0}4\u{200d}5", "12-3 45"),
        ] {
            assert_eq!(code(typed), kept, "{typed:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_clean_stays(text in any::<String>()) {
            let all: [fn(&str) -> String; 3] = [line, lines, code];
            for clean in all {
                let once = clean(&text);
                prop_assert_eq!(clean(&once), once);
            }
        }
    }
}
