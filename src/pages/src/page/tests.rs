use std::collections::BTreeSet;

use feira_order::RefundFailure;
use feira_payment::PaymentFailure;

use super::{Area, Lang, Page, Zone, badge};

const EN: &str = include_str!("../../../../templates/locales/en/pages.ftl");
const PT_BR: &str = include_str!("../../../../templates/locales/pt-BR/pages.ftl");

fn keys(file: &str) -> BTreeSet<&str> {
    let mut keys = BTreeSet::new();
    let told = file
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic()));
    for (key, _) in told.filter_map(|line| line.split_once(" =")) {
        assert!(keys.insert(key), "{key} stands there twice");
    }
    keys
}

/// The arguments that a text takes.
fn arguments(file: &str, key: &str) -> BTreeSet<String> {
    let start = file.find(&format!("\n{key} =")).expect(key) + 1;
    let text = &file[start..];
    let end = text[1..].find("\n\n").map_or(text.len(), |at| at + 1);
    let own = text[..end].split_inclusive('\n').enumerate();
    own.take_while(|(index, line)| *index == 0 || line.starts_with([' ', '}']))
        .flat_map(|(_, line)| line.split('$').skip(1))
        .map(|rest| rest.chars().take_while(char::is_ascii_lowercase).collect())
        .collect()
}

#[test]
fn both_languages_have_the_same_texts_with_the_same_arguments() {
    let (en, pt) = (keys(EN), keys(PT_BR));
    assert_eq!(en, pt);
    assert!(en.len() > 400);
    for key in en {
        assert_eq!(arguments(EN, key), arguments(PT_BR, key), "{key}");
    }
}

#[test]
fn every_text_of_every_language_can_be_said() {
    for lang in Lang::ALL {
        for key in keys(EN) {
            let arguments = [
                "count", "name", "amount", "day", "month", "year", "date", "time", "zone", "first",
                "second", "third",
            ];
            for count in ["0", "1", "2"] {
                let given = arguments.map(|name| match name {
                    "count" => (name, super::text::number(count)),
                    _ => (name, super::text::words("x")),
                });
                let text = lang.text_with(key, given.to_vec());
                assert!(
                    text != key && !text.is_empty() && !text.contains("{$"),
                    "{key}: {text}"
                );
            }
        }
    }
}

#[test]
fn plurals_follow_the_language() {
    let said = |lang: Lang, count: u8| {
        lang.text_with("todo-to-ship", vec![("count", super::text::number(count))])
    };
    assert_eq!(said(Lang::En, 1), "1 order to ship");
    assert_eq!(said(Lang::En, 0), "0 orders to ship");
    assert_eq!(said(Lang::PtBr, 1), "1 pedido para enviar");
    assert_eq!(said(Lang::PtBr, 2), "2 pedidos para enviar");
}

#[test]
fn times_are_those_of_the_zone() {
    let at = time::macros::datetime!(2026-11-21 01:30 UTC);
    let mut page = Page::bare(Lang::En, Area::Seller);
    assert_eq!(page.exact(&at), "21 Nov 2026, 01:30 UTC");
    page.zone = Zone::named("America/Sao_Paulo");
    assert_eq!(page.exact(&at), "20 Nov 2026, 22:30 UTC-3");
    page.now = at + time::Duration::days(20);
    assert_eq!(page.ago(&at), "20 Nov 2026");
}

#[test]
fn every_state_has_a_word() {
    for key in badge::KEYS {
        assert!(keys(EN).contains(key), "{key}");
    }
}

#[test]
fn every_kind_of_mail_has_a_word_and_every_word_a_kind() {
    let kinds: BTreeSet<&str> = feira_notification::kinds().collect();
    for file in [EN, PT_BR] {
        let words: BTreeSet<&str> = keys(file)
            .into_iter()
            .filter_map(|key| key.strip_prefix("mail-kind-"))
            .collect();
        assert_eq!(words, kinds);
    }
}

#[test]
fn every_failure_has_a_word_and_every_word_a_failure() {
    let payment = PaymentFailure::ALL.map(PaymentFailure::as_str);
    let refund = RefundFailure::ALL.map(RefundFailure::as_str);
    for file in [EN, PT_BR] {
        for (prefix, codes) in [
            ("payment-failure-", &payment[..]),
            ("refund-failure-", &refund[..]),
        ] {
            let words = keys(file).into_iter();
            let words = words.filter_map(|key| key.strip_prefix(prefix));
            let codes = codes.iter().copied().collect::<BTreeSet<_>>();
            assert_eq!(words.collect::<BTreeSet<_>>(), codes);
        }
    }
}

#[test]
fn what_came_of_an_exchange_is_told_in_words() {
    for (lang, said, told) in [
        (Lang::En, "captured", "Paid"),
        (
            Lang::En,
            "failed: card_declined (do_not_honor)",
            "Failed: card declined (do_not_honor)",
        ),
        (
            Lang::PtBr,
            "failed: card_declined",
            "Falhou: cartão recusado",
        ),
        (
            Lang::En,
            "failed: refused: no such card token",
            "Failed: refused by the provider: no such card token",
        ),
        (Lang::PtBr, "expired: expired", "Expirou: não pago a tempo"),
        (Lang::En, "answered 503", "answered 503"),
    ] {
        assert_eq!(Page::bare(lang, Area::Admin).outcome("charge", said), told);
    }
}

#[test]
fn every_act_has_a_word_and_every_word_an_act() {
    let acts = feira_web::modules::ACTS.concat();
    let names: BTreeSet<String> = acts.iter().map(|a| a.name.replace('.', "-")).collect();
    let things: BTreeSet<String> = acts.iter().map(|a| a.subject.to_owned()).collect();
    for file in [EN, PT_BR] {
        for (prefix, codes) in [("act-", &names), ("thing-", &things)] {
            let words = keys(file).into_iter();
            let words = words.filter_map(|key| key.strip_prefix(prefix).map(str::to_owned));
            assert_eq!(words.collect::<BTreeSet<_>>(), *codes);
        }
    }
}

/// Keys are written as literals, so the sources can be searched for those without a text.
#[test]
fn every_key_that_is_used_has_a_text() {
    let known = keys(EN);
    let calls = [
        "p.t(\"",
        "p.t1(\"",
        "p.tn(\"",
        "p.tn1(\"",
        ".called(\"",
        "lang.text(\"",
        "Flash::good(\"",
        "Flash::bad(\"",
    ];
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for dir in ["../../templates", "src"] {
        collect(&root.join(dir), &mut files);
    }
    let mut used = 0;
    for file in files {
        let source = std::fs::read_to_string(&file).expect("a source");
        for call in calls {
            for rest in source.split(call).skip(1) {
                let key = rest.split('"').next().unwrap_or_default();
                assert!(known.contains(key), "{}: {key}", file.display());
                used += 1;
            }
        }
    }
    assert!(used > 300, "{used}");
}

fn collect(dir: &std::path::Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.file_name().is_some_and(|name| name != "tests.rs") {
            files.push(path);
        }
    }
}

#[test]
fn a_page_stays_light() {
    // Uncompressed sizes that compress to well under 60 kB with the largest page.
    let css = include_str!("../../../../static/app.css").len();
    let script = include_str!("../../../../static/htmx.min.js").len()
        + include_str!("../../../../static/app.js").len();
    assert!(css < 32_000 && script < 40_000, "{css} {script}");
}
