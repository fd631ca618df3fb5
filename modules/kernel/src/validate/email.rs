/// Whether this is an e-mail address that we can write to: one `@`, a plain ASCII local part
/// and a host name with a point. Quoted local parts and other alphabets are refused, which
/// also makes comparing without regard to case the same here and in PostgreSQL.
pub(super) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    text.len() <= 254 && is_local(local) && is_domain(domain)
}

fn is_local(local: &str) -> bool {
    let atoms = local.split('.').all(|atom| {
        !atom.is_empty()
            && atom
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
    });
    atoms && local.len() <= 64
}

fn is_domain(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split('.').collect();
    let numeric_end = labels
        .last()
        .is_none_or(|last| last.bytes().all(|b| b.is_ascii_digit()));
    labels.len() >= 2 && !numeric_end && labels.iter().all(|label| is_label(label))
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::is_email;

    #[test]
    fn addresses_that_people_have_pass() {
        for email in [
            "ana@feira.example",
            "Ana.Souza+loja@sub.feira.example",
            "o'neil_1@x-y.co",
            "a@b.c",
            "1@2.example",
        ] {
            assert!(is_email(email), "{email}");
        }
    }

    #[test]
    fn what_is_none_is_refused() {
        let long_local = format!("{}@feira.example", "a".repeat(65));
        let long = format!("a@{}example", "abcdefgh.".repeat(28));
        assert!(long.len() > 254);
        for email in [
            "",
            "@",
            "ana",
            "ana@",
            "@feira.example",
            "ana@localhost",
            "ana@@feira.example",
            "ana@feira@example.com",
            "ana souza@feira.example",
            "ana@feira..example",
            ".ana@feira.example",
            "ana.@feira.example",
            "an..a@feira.example",
            "ana@-feira.example",
            "ana@feira-.example",
            "ana@127.0.0.1",
            "ana@feira.example\0",
            "ana@feira.example\r\nBcc: all@feira.example",
            "ana@feira.exämple",
            "ána@feira.example",
            "<ana@feira.example>",
            "\"ana\"@feira.example",
            &long_local,
            &long,
        ] {
            assert!(!is_email(email), "{email:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_passes_can_break_a_header_or_a_query(text in "\\PC{0,80}|[ -~\r\n\0]{0,80}|[a-z.@\0 ]{1,20}@[a-z.\0 ]{1,20}") {
            if is_email(&text) {
                prop_assert!(text.is_ascii() && text.len() <= 254);
                prop_assert!(text.bytes().all(|b| b.is_ascii_graphic()));
                prop_assert_eq!(text.matches('@').count(), 1);
                prop_assert!(!text.contains(['<', '>', ',', ';', '"']));
            }
        }
    }
}
