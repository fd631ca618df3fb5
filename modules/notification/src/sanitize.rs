//! What people typed, made fit for one line of a mail.

use feira_kernel::{percent, text};

/// Longer than any name, title or subject that means well.
const MAX_CHARS: usize = 200;

/// One line of plain text: clean, without line ends and controls; cut if it is long.
pub(crate) fn line(text: &str) -> String {
    let spaced = text::line(text).replace(char::is_control, " ");
    let single = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    if single.chars().count() <= MAX_CHARS {
        return single;
    }
    let cut: String = single.chars().take(MAX_CHARS - 1).collect();
    format!("{}…", cut.trim_end())
}

/// The lines of a longer text, each cleaned; empty ones are left out, and the number is bounded.
pub(crate) fn lines(text: &str) -> Vec<String> {
    text.lines()
        .map(line)
        .filter(|line| !line.is_empty())
        .take(20)
        .collect()
}

/// A code that is copied as it is: nothing but what no line may have is taken out.
pub(crate) fn code(text: &str) -> String {
    text::line(text).replace(char::is_control, "")
}

/// A path segment of a URL.
pub(crate) fn segment(text: &str) -> String {
    percent::encoded(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_cannot_become_two() {
        assert_eq!(line("Ana\r\nBcc: x@example.com"), "Ana Bcc: x@example.com");
        assert_eq!(line("  a\t\u{0}b\u{2028}c\u{202E}d  "), "a b cd");
        assert_eq!(line(&"é".repeat(300)).chars().count(), MAX_CHARS);
        assert_eq!(lines("one\n\n two\r\nthree"), ["one", "two", "three"]);
    }

    #[test]
    fn a_code_is_kept_to_its_last_character() {
        let long = format!("00020126{}FEIRA  SAO PAULO6304ABCD", "7".repeat(300));
        assert_eq!(code(&long), long);
        assert_eq!(code("0002\r\n01\u{202E}26"), "00020126");
    }

    #[test]
    fn a_segment_stays_one() {
        assert_eq!(segment("aZ-9._~"), "aZ-9._~");
        assert_eq!(segment("../a?b#c é"), "..%2Fa%3Fb%23c%20%C3%A9");
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_one_short_line(text in any::<String>()) {
            let cleaned = line(&text);
            prop_assert!(!cleaned.chars().any(char::is_control));
            prop_assert!(cleaned.chars().count() <= MAX_CHARS);
            prop_assert_eq!(line(&cleaned), cleaned.clone());
        }
    }
}
