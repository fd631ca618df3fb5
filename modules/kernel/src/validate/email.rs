const MAX: usize = 254;

/// The address as mail servers know it, if it is one that we can write to: one `@`, a plain ASCII
/// local part and a host name with a point, which may have letters beyond ASCII: here it is in
/// Punycode. Quoted local parts and those in other alphabets are refused.
pub fn ascii_email(text: &str) -> Option<String> {
    let (local, domain) = text.split_once('@')?;
    let domain = if domain.is_ascii() {
        domain.to_owned()
    } else {
        idna::domain_to_ascii(domain).ok()?
    };
    let ascii = format!("{local}@{domain}");
    let fits = text.len().max(ascii.len()) <= MAX;
    (fits && is_local(local) && is_domain(&domain)).then_some(ascii)
}

/// The address with a domain beyond ASCII as everybody writes it: small letters, none of them wide
/// or in two parts. That makes comparing without regard to case the same here and in PostgreSQL,
/// whatever its locale. A domain in ASCII stays as it stands.
pub fn uniform_email(text: &str) -> Option<String> {
    let ascii = ascii_email(text)?;
    if text.is_ascii() {
        return Some(ascii);
    }
    let (local, domain) = ascii.split_once('@')?;
    let (domain, readable) = idna::domain_to_unicode(domain);
    readable.ok()?;
    Some(format!("{local}@{domain}"))
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

    use super::*;

    fn is_email(text: &str) -> bool {
        ascii_email(text).is_some()
    }

    #[test]
    fn addresses_that_people_have_pass() {
        for email in [
            "ana@feira.example",
            "Ana.Souza+loja@sub.feira.example",
            "o'neil_1@x-y.co",
            "a@b.c",
            "1@2.example",
            "ana@feira.exämple",
            "ana@例え.テスト",
        ] {
            assert!(is_email(email), "{email}");
        }
    }

    #[test]
    fn what_is_none_is_refused() {
        let long_local = format!("{}@feira.example", "a".repeat(65));
        let long = format!("a@{}example", "abcdefgh.".repeat(28));
        assert!(long.len() > 254);
        let long_domain = format!("a@{}.example", "ä".repeat(60));
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
            "ána@feira.example",
            "ána@exämple.com",
            "ana@exämple",
            "ana@ex ämple.com",
            "ana@ex\u{a0}ämple.com",
            "ana@ex@ämple.com",
            "ana@ex＠ämple.com",
            "ana@<exämple.com",
            "ana@exämple.com\u{2028}",
            "ana@exämple.com\r\nBcc: all@feira.example",
            &long_domain,
            "<ana@feira.example>",
            "\"ana\"@feira.example",
            &long_local,
            &long,
        ] {
            assert!(!is_email(email), "{email:?}");
        }
    }

    #[test]
    fn a_domain_beyond_ascii_has_one_form_for_servers_and_one_for_people() {
        for (typed, ascii, uniform) in [
            (
                "Ana@Feira.example",
                "Ana@Feira.example",
                "Ana@Feira.example",
            ),
            ("x@exämple.com", "x@xn--exmple-cua.com", "x@exämple.com"),
            (
                "Ana@EXÄMPLE.com",
                "Ana@xn--exmple-cua.com",
                "Ana@exämple.com",
            ),
            (
                "x@exa\u{308}mple.com",
                "x@xn--exmple-cua.com",
                "x@exämple.com",
            ),
            (
                "x@xn--exmple-cua.com",
                "x@xn--exmple-cua.com",
                "x@xn--exmple-cua.com",
            ),
            ("x@ｆｅｉｒａ.example", "x@feira.example", "x@feira.example"),
        ] {
            assert_eq!(ascii_email(typed).as_deref(), Some(ascii), "{typed}");
            assert_eq!(uniform_email(typed).as_deref(), Some(uniform), "{typed}");
        }
        assert_eq!(uniform_email("ána@exämple.com"), None);
    }

    proptest! {
        #[test]
        fn nothing_that_passes_can_break_a_header_or_a_query(text in "\\PC{0,80}|[ -~\r\n\0]{0,80}|[a-z.@\0 ]{1,20}@[a-z.\0 ]{1,20}|[a-z]{1,9}@\\PC{1,9}[.]example") {
            if let Some(ascii) = ascii_email(&text) {
                prop_assert!(ascii.len() <= 254);
                prop_assert!(ascii.bytes().all(|b| b.is_ascii_graphic()));
                prop_assert_eq!(ascii.matches('@').count(), 1);
                prop_assert!(!text.chars().any(|c| c.is_control() || c.is_whitespace()));
                for one in [&text, &ascii] {
                    prop_assert!(!one.contains(['<', '>', ',', ';', '"']));
                }
            }
        }
    }
}
