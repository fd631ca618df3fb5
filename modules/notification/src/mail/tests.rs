use std::sync::Arc;

use feira_kernel::{Currency, Money, StoreId, Surface, UserId};
use feira_user::{AccountLinkId, ConfirmationId};
use time::macros::{date, datetime};
use uuid::Uuid;

use super::*;
use crate::{
    InstalmentFacts, OrderFacts, PayFacts, VariantFacts,
    testing::{order_facts, variant_facts},
    translator::{Site, Translator},
};

mod samples;

use samples::every_kind;

/// What people type when they mean harm, in each place where people type.
const HOSTILE: &str =
    "<script>alert(1)</script>{{7*7}}{{1111*3}}\r\nBcc: x@example.com\r\n\r\n\"'&";

fn site(shop: &str) -> Site {
    Site {
        base_url: "https://shop.example.com".to_owned(),
        host: "shop.example.com".to_owned(),
        shop: shop.to_owned(),
        time_zone: "America/Sao_Paulo".to_owned(),
    }
}

fn recipient(locale: Locale, name: &str) -> Recipient {
    Recipient {
        user: Some(UserId(Uuid::from_u128(7))),
        email: "ana@example.com".to_owned(),
        name: sanitize::line(name),
        locale,
    }
}

fn order(locale: Locale, name: &str) -> OrderFacts {
    let stores = [
        (StoreId(Uuid::from_u128(3)), name),
        (StoreId(Uuid::from_u128(4)), "Barro & Cia"),
    ];
    let mut facts = order_facts(Uuid::from_u128(1), locale.as_str(), &stores);
    facts.pay = Some(PayFacts::Pix {
        code: "00020126FEIRA6304ABCD".to_owned(),
    });
    facts.parts[0].shipments = vec![("Correios".to_owned(), "BR123456789BR".to_owned())];
    facts
}

/// A message as it is kept, and the mail that is written of it.
#[derive(Debug)]
struct Written {
    draft: Draft,
    mail: Mail,
}

impl Written {
    fn kind(&self) -> &'static str {
        self.draft.params.kind().as_str()
    }
}

/// One mail of every kind.
fn all(locale: Locale, site: &Site, person: &str, store_name: &str) -> Vec<Written> {
    let translator = Translator { locale, site };
    let write = |(params, content): (MessageParams, Content)| {
        let mut to = recipient(locale, person);
        let kind = params.kind();
        if matches!(kind, Kind::VerifyEmail | Kind::ChangeEmail) {
            to.name = String::new();
        }
        let mail = content.write(kind, translator, &to).unwrap();
        let subject = content.subject(kind, translator);
        assert_eq!(subject, mail.subject, "as it is announced");
        let draft = Draft {
            params,
            to,
            subject,
        };
        Written { draft, mail }
    };
    every_kind(locale, store_name)
        .into_iter()
        .map(write)
        .collect()
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
    let made: Vec<_> = mails.iter().map(|mail| mail.kind()).collect();
    assert_eq!(made, kinds().collect::<Vec<_>>());
}

#[test]
fn every_mail_in_every_language() {
    let site = site("Feira");
    for locale in [Locale::En, Locale::PtBr] {
        for mail in all(locale, &site, "Ana Souza", "Casa do Algodão") {
            let name = format!("{}@{}", mail.kind(), locale.as_str());
            let kept = &mail.draft.subject;
            assert!(!kept.contains("Souza") && !kept.contains('@'), "{kept}");
            let shown = format!(
                "To: {}\nKey: {}\nSubject: {}\n\n{}",
                mail.draft.to.name,
                mail.draft.dedupe_key(),
                mail.mail.subject,
                mail.mail.text
            );
            insta::assert_snapshot!(name.clone(), shown);
            if matches!(mail.kind(), "application_rejected" | "order_confirmed") {
                insta::assert_snapshot!(format!("{name}.html"), mail.mail.html);
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
            let html = visible(&mail.mail.html)
                .replace("&#38;", "&")
                .replace("&#39;", "'");
            let words = mail
                .mail
                .text
                .split_whitespace()
                .map(|w| w.trim_matches(['(', ')', ':', '-', '>']));
            for word in words {
                assert!(
                    html.contains(word),
                    "{} {}: {word:?} is missing in {html}",
                    mail.kind(),
                    locale.as_str()
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
            let kind = mail.kind();
            assert!(
                !mail.mail.html.contains("<script"),
                "{kind}: {}",
                mail.mail.html
            );
            assert!(
                !mail.mail.subject.contains(char::is_control),
                "{kind}: {}",
                mail.mail.subject
            );
            assert!(!mail.draft.to.name.contains(char::is_control), "{kind}");
            for body in [&mail.mail.text, &mail.mail.html] {
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

#[test]
fn the_shop_is_signed_in_to_by_a_code_and_pages_by_a_link() {
    let site = site("Feira");
    for (surface, link) in [
        (Surface::Shop, false),
        (Surface::Seller, true),
        (Surface::Admin, true),
    ] {
        let translator = Translator {
            locale: Locale::PtBr,
            site: &site,
        };
        let token = "Abc-1.x_y".to_owned();
        let content = Content::SignInLink { token, surface };
        let to = recipient(Locale::PtBr, "Ana");
        let mail = content.write(Kind::SignInLink, translator, &to).unwrap();
        for body in [&mail.text, &mail.html] {
            assert!(body.contains("Abc-1.x_y"), "{surface:?}: {body}");
            let url = "https://shop.example.com/l/sign-in/Abc-1.x_y";
            assert_eq!(body.contains(url), link, "{surface:?}: {body}");
            assert_eq!(body.contains("este código"), !link, "{surface:?}: {body}");
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
        .find(|mail| mail.kind() == "verify_email")
        .unwrap();
    assert!(!format!("{mail:?}").contains("evil"));
}

#[test]
fn nothing_is_loaded_from_elsewhere() {
    let site = site("Feira");
    for mail in all(Locale::En, &site, "Ana", "Casa") {
        for attribute in [" src=", "url(", "@import", "<link", "<img", "<form"] {
            assert!(
                !mail.mail.html.contains(attribute),
                "{}: {attribute}",
                mail.kind()
            );
        }
        let links = mail.mail.html.matches("://").count();
        assert_eq!(
            links,
            mail.mail.html.matches("https://shop.example.com/").count()
        );
    }
}

#[test]
fn a_buyer_gets_the_link_of_her_order() {
    let site = site("Feira");
    let translator = Translator {
        locale: Locale::En,
        site: &site,
    };
    let mut facts = order(Locale::En, "Casa");
    facts.order_token = Some("a/../b?c".to_owned());
    let to = Recipient::guest(&facts.email, &facts.locale);
    let written = |order: &OrderFacts| {
        let order = Arc::new(order.clone());
        let content = Content::OrderConfirmed { order };
        content
            .write(Kind::OrderConfirmed, translator, &to)
            .unwrap()
    };
    let mail = written(&facts);
    assert!(
        mail.text
            .contains("https://shop.example.com/l/order/a%2F..%2Fb%3Fc\n"),
        "{}",
        mail.text
    );
    assert!(mail.text.contains("Hello,\n"));
    facts.order_token = None;
    let mail = written(&facts);
    assert!(!mail.text.contains("://"), "{}", mail.text);
}

#[test]
fn a_buyer_reads_in_how_many_instalments_she_pays() {
    for (locale, each, known) in [
        (Locale::En, "10x of R$", true),
        (Locale::PtBr, "10x de R$", true),
        (Locale::PtBr, "10x", false),
    ] {
        let site = site("Feira");
        let translator = Translator {
            locale,
            site: &site,
        };
        let mut facts = order(locale, "Casa");
        let amount = Money::from_minor(1_290, Currency::BRL).unwrap();
        facts.instalments = Some(InstalmentFacts {
            count: 10,
            amount: known.then_some(amount),
        });
        let to = Recipient::guest(&facts.email, &facts.locale);
        let order = Arc::new(facts);
        let content = Content::OrderConfirmed { order };
        let mail = content.write(Kind::OrderConfirmed, translator, &to);
        let mail = mail.unwrap();
        for body in [&mail.text, &mail.html] {
            assert!(body.contains(each), "{body}");
        }
    }
}
