use feira_kernel::{StoreId, UserId};
use feira_store::{Store, testing::store};
use feira_user::ConfirmationId;
use time::macros::date;
use uuid::Uuid;

use super::*;
use crate::{
    OrderFacts,
    testing::order_facts,
    words::{Site, Words},
};

/// What people type when they mean harm, in each place where people type.
const HOSTILE: &str =
    "<script>alert(1)</script>{{7*7}}{{1111*3}}\r\nBcc: x@example.com\r\n\r\n\"'&";

fn site(shop: &str) -> Site {
    Site {
        base_url: "https://shop.example.com".to_owned(),
        host: "shop.example.com".to_owned(),
        shop: shop.to_owned(),
    }
}

fn recipient(locale: Locale, name: &str) -> Recipient {
    Recipient {
        user: Some(UserId(Uuid::from_u128(7))),
        email: "ana@example.com".to_owned(),
        name: clean::line(name),
        locale,
    }
}

fn seller(name: &str) -> Store {
    Store {
        id: StoreId(Uuid::from_u128(3)),
        name: name.to_owned(),
        status_reason: Some("The tax id belongs to somebody else.\nSend a photo.".to_owned()),
        ..store("Casa")
    }
}

fn order(locale: Locale, name: &str) -> OrderFacts {
    let stores = [
        (StoreId(Uuid::from_u128(3)), name),
        (StoreId(Uuid::from_u128(4)), "Barro & Cia"),
    ];
    let mut facts = order_facts(Uuid::from_u128(1), locale.tag(), &stores);
    facts.parts[0].shipments = vec![("Correios".to_owned(), "BR123456789BR".to_owned())];
    facts
}

/// One mail of every kind.
fn all(locale: Locale, site: &Site, person: &str, store_name: &str) -> Vec<Mail> {
    let words = Words { locale, site };
    let to = recipient(locale, person);
    let store = seller(store_name);
    let facts = order(locale, store_name);
    let scarce = Scarce {
        product: Uuid::from_u128(5),
        variant: Uuid::from_u128(6),
        version: 9,
        available: 2,
    };
    let confirmation = ConfirmationId(Uuid::from_u128(8));
    let day = date!(2026 - 03 - 02);
    [
        verify_email(words, &to, confirmation, "Abc-1.x_y"),
        application_approved(words, &to, &store, 2),
        application_rejected(words, &to, &store, 2),
        order_confirmed(words, &to, &facts),
        order_shipped(words, &to, &facts, &facts.parts[0]),
        order_cancelled(words, &to, &facts, "expired"),
        new_order(words, &to, &facts, &facts.parts[0]),
        payout_paid(words, &to, &store, Uuid::from_u128(2), day),
        stock_low(words, &to, &store, &scarce),
    ]
    .map(|mail| mail.unwrap())
    .to_vec()
}

/// The text between the tags.
fn visible(html: &str) -> String {
    let body = html.split_once("<body").unwrap().1;
    let text: String = body
        .split('<')
        .map(|piece| piece.split_once('>').map_or("", |(_, text)| text))
        .collect::<Vec<_>>()
        .join(" ");
    text.split(' ')
        .filter(|w| !w.trim().is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn there_is_a_mail_of_every_kind() {
    let mails = all(Locale::En, &site("Feira"), "Ana", "Casa");
    let made: Vec<_> = mails.iter().map(|mail| mail.kind.as_str()).collect();
    assert_eq!(made, KINDS);
}

#[test]
fn every_mail_in_every_language() {
    let site = site("Feira");
    for locale in [Locale::En, Locale::PtBr] {
        for mail in all(locale, &site, "Ana Souza", "Casa do Algodão") {
            let name = format!("{}@{}", mail.kind.as_str(), locale.tag());
            let shown = format!(
                "To: {}\nKey: {}\nSubject: {}\n\n{}",
                mail.to.name,
                mail.dedupe_key(),
                mail.subject,
                mail.text
            );
            insta::assert_snapshot!(name.clone(), shown);
            if matches!(mail.kind, Kind::ApplicationRejected | Kind::OrderConfirmed) {
                insta::assert_snapshot!(format!("{name}.html"), mail.html);
            }
        }
    }
}

/// Both bodies say the same: what stands in the text stands in the HTML.
#[test]
fn text_and_html_agree() {
    let site = site("Feira");
    for locale in [Locale::En, Locale::PtBr] {
        for mail in all(locale, &site, "Ana Souza", "Casa") {
            let html = visible(&mail.html)
                .replace("&#38;", "&")
                .replace("&#39;", "'");
            let words = mail
                .text
                .split_whitespace()
                .map(|w| w.trim_matches(['(', ')', ':', '-', '>']));
            for word in words {
                assert!(
                    html.contains(word),
                    "{} {}: {word:?} is missing in {html}",
                    mail.kind.as_str(),
                    locale.tag()
                );
            }
        }
    }
}

#[test]
fn what_people_type_is_inert() {
    let site = site(HOSTILE);
    for locale in [Locale::En, Locale::PtBr] {
        for mail in all(locale, &site, HOSTILE, HOSTILE) {
            let kind = mail.kind.as_str();
            assert!(!mail.html.contains("<script"), "{kind}: {}", mail.html);
            assert!(
                !mail.subject.contains(char::is_control),
                "{kind}: {}",
                mail.subject
            );
            assert!(!mail.to.name.contains(char::is_control), "{kind}");
            for body in [&mail.text, &mail.html] {
                assert!(
                    !body.contains("3333"),
                    "{kind}: nothing is computed: {body}"
                );
                assert!(
                    !body.lines().any(|line| line.starts_with("Bcc")),
                    "{kind}: {body}"
                );
            }
        }
    }
}

/// An account can be made with anybody's address: its mail must not carry the maker's words.
#[test]
fn a_confirmation_says_no_name() {
    let site = site("Feira");
    let mails = all(Locale::En, &site, "Win money at evil.example", "Casa");
    let mail = mails
        .iter()
        .find(|mail| mail.kind == Kind::VerifyEmail)
        .unwrap();
    assert!(!format!("{mail:?}").contains("evil"));
}

#[test]
fn nothing_is_loaded_from_elsewhere() {
    let site = site("Feira");
    for mail in all(Locale::En, &site, "Ana", "Casa") {
        for attribute in [" src=", "url(", "@import", "<link", "<img", "<form"] {
            assert!(
                !mail.html.contains(attribute),
                "{}: {attribute}",
                mail.kind.as_str()
            );
        }
        let links = mail.html.matches("://").count();
        assert_eq!(
            links,
            mail.html.matches("https://shop.example.com/").count()
        );
    }
}

#[test]
fn a_guest_gets_a_link_and_an_account_does_not() {
    let site = site("Feira");
    let words = Words {
        locale: Locale::En,
        site: &site,
    };
    let mut facts = order(Locale::En, "Casa");
    facts.order_token = Some("a/../b?c".to_owned());
    let to = Recipient::guest(&facts.email, &facts.locale);
    let mail = order_confirmed(words, &to, &facts).unwrap();
    assert!(
        mail.text
            .contains("https://shop.example.com/l/order/a%2F..%2Fb%3Fc\n"),
        "{}",
        mail.text
    );
    assert!(mail.text.contains("Hello,\n"));
    facts.order_token = None;
    let mail = order_confirmed(words, &to, &facts).unwrap();
    assert!(!mail.text.contains("://"), "{}", mail.text);
}
