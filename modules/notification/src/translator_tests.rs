use std::collections::BTreeSet;

use time::macros::{date, datetime};

use super::*;

const SOURCES: [(Locale, &str); 2] = [
    (Locale::En, include_str!("../locales/en/mail.ftl")),
    (Locale::PtBr, include_str!("../locales/pt-BR/mail.ftl")),
];

pub(crate) fn site() -> Site {
    Site {
        base_url: "https://shop.example.com".to_owned(),
        host: "shop.example.com".to_owned(),
        shop: "Feira".to_owned(),
        time_zone: "America/Sao_Paulo".to_owned(),
    }
}

fn keys(source: &str) -> BTreeSet<&str> {
    source
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|line| line.split_once(" = ").map(|(key, _)| key))
        .collect()
}

/// The names in `{ $name }` and `{ $name ->`, per message.
fn variables(source: &str) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    let mut key = String::new();
    for line in source.lines() {
        if line.starts_with(|c: char| c.is_ascii_lowercase()) {
            key = line.split(' ').next().unwrap_or_default().to_owned();
        }
        for after in line.split('$').skip(1) {
            let name: String = after.chars().take_while(|c| c.is_alphanumeric()).collect();
            found.insert((key.clone(), name));
        }
    }
    found
}

#[test]
fn every_language_has_every_key_with_the_same_variables() {
    let [(_, english), (_, portuguese)] = SOURCES;
    assert!(keys(english).len() > 40, "the files are read");
    assert_eq!(keys(english), keys(portuguese));
    assert_eq!(variables(english), variables(portuguese));
}

/// A syntax error compiles and panics at first use: every message is used here.
#[test]
fn every_message_of_every_language_is_readable() {
    let site = site();
    for (locale, source) in SOURCES {
        let translator = Translator {
            locale,
            site: &site,
        };
        for key in keys(source) {
            let mut args: Vec<Arg<'_>> = [
                "name", "method", "store", "quantity", "title", "day", "year", "number", "reason",
                "date", "time", "offset", "total", "until", "product", "variant", "surface",
                "whose", "outcome", "amount", "paid",
            ]
            .map(|name| arg(name, "x"))
            .to_vec();
            args.extend(
                ["month", "stores", "units", "available", "count"].map(|name| count(name, 2)),
            );
            let text = translator.text(key, &args);
            assert_ne!(text, key, "{locale:?}");
            assert!(
                !text.contains(['{', '}', '$', '\u{2068}']),
                "{locale:?} {key}: {text}"
            );
        }
    }
}

#[test]
fn only_these_languages_are_there() {
    let found: BTreeSet<String> = FILES.locales().map(ToString::to_string).collect();
    assert_eq!(found, BTreeSet::from(["en".to_owned(), "pt-BR".to_owned()]));
    assert_eq!(Locale::of("pt"), Locale::PtBr);
    assert_eq!(Locale::of("pt-PT"), Locale::PtBr);
    assert_eq!(Locale::of("PT_br"), Locale::PtBr);
    for other in ["en", "en-GB", "", "ptx", "de"] {
        assert_eq!(Locale::of(other), Locale::En, "{other:?}");
    }
}

#[test]
fn numbers_choose_the_form_and_dates_the_order() {
    let site = site();
    let [en, pt] = [Locale::En, Locale::PtBr].map(|locale| Translator {
        locale,
        site: &site,
    });
    assert_eq!(
        en.text("new-order-heading", &[count("units", 1)]),
        "You sold one unit"
    );
    assert_eq!(
        pt.text("new-order-heading", &[count("units", 7)]),
        "Você vendeu 7 unidades"
    );
    assert_eq!(en.date(date!(2026 - 03 - 02)), "March 2, 2026");
    assert_eq!(
        en.moment(datetime!(2026-03-02 14:05:59 -03:00)),
        "March 2, 2026 at 14:05 (UTC-03:00)"
    );
    assert_eq!(
        pt.moment(datetime!(2026-12-31 23:59 +05:45)),
        "31 de dezembro de 2026 às 23:59 (UTC+05:45)"
    );
    assert_eq!(pt.date(date!(2026 - 12 - 31)), "31 de dezembro de 2026");
}

/// What a person typed is a value, never a part of the message's own syntax.
#[test]
fn values_are_not_read_as_messages() {
    let site = site();
    let translator = Translator {
        locale: Locale::En,
        site: &site,
    };
    assert_eq!(
        translator.text(
            "greeting",
            &[arg("name", "{{7*7}} { $shop }\r\nBcc: x@example.com")]
        ),
        "Hello {{7*7}} { $shop } Bcc: x@example.com,"
    );
}
