//! Every page of the operator, rendered in both languages.

use askama::DynTemplate;
use feira_store::StoreStatus;

use super::store;
use crate::page::{Form, Lang, rules::checked, samples};

mod pages;

use pages::frame;

fn every_page(lang: Lang) -> Vec<(&'static str, String)> {
    let render = |page: &dyn DynTemplate| page.dyn_render().expect("renders");
    let mut refused = Form::default();
    refused.refuse("reason", lang.text("store-reason-missing"));
    let of = |status, form| store::view(frame(lang, "stores", ""), samples::store(status), form);
    vec![
        ("overview", render(&pages::overview(lang))),
        ("stores", render(&pages::store_list(lang, true))),
        ("applications", render(&pages::store_list(lang, false))),
        ("store_pending", render(&of(StoreStatus::Pending, refused))),
        (
            "store_approved",
            render(&of(StoreStatus::Approved, Form::default())),
        ),
        ("orders", render(&pages::order_list(lang))),
        ("order", render(&pages::order(lang))),
        ("payouts", render(&pages::payouts(lang))),
        ("audit", render(&pages::audit(lang))),
        ("events", render(&pages::event_list(lang))),
        ("mailbox", render(&pages::mail_list(lang))),
        ("message", render(&pages::mail(lang))),
        ("books", render(&pages::books(lang, true))),
        ("books_broken", render(&pages::books(lang, false))),
    ]
}

#[test]
fn every_page_keeps_the_rules() {
    for lang in Lang::ALL {
        for (name, html) in every_page(lang) {
            checked(name, lang, &html);
        }
    }
}

#[test]
fn pages_look_as_they_did() {
    for (name, html) in every_page(Lang::En) {
        if ["store_pending", "payouts", "events", "books_broken"].contains(&name) {
            insta::assert_snapshot!(format!("admin_{name}"), checked(name, Lang::En, &html));
        }
    }
}

#[test]
fn a_mail_is_shown_in_a_frame_that_runs_nothing() {
    let html = pages::mail(Lang::En).dyn_render().expect("renders");
    assert!(html.contains("sandbox=\"\""));
    assert!(
        !html.contains("alert(1)"),
        "the mail's HTML is no part of our page"
    );
}

#[test]
fn the_history_of_an_order_names_the_store_of_each_part() {
    let html = pages::order(Lang::En).dyn_render().expect("renders");
    let (_, history) = html.split_once("timeline").expect("a history");
    let (history, _) = history.split_once("</ol>").expect("its end");
    let entries: Vec<_> = history.matches("<strong>").collect();
    let named: Vec<_> = history.matches("</strong> · Ateliê da Maria").collect();
    assert_eq!((entries.len(), named.len()), (3, 2), "{history}");
}

#[test]
fn a_store_offers_what_its_state_allows() {
    let offers = |status| {
        let page = store::view(
            frame(Lang::En, "stores", ""),
            samples::store(status),
            Form::default(),
        );
        (page.can_approve, page.can_reject, page.can_suspend)
    };
    assert_eq!(offers(StoreStatus::Pending), (true, true, false));
    assert_eq!(offers(StoreStatus::Approved), (false, false, true));
    assert_eq!(offers(StoreStatus::Suspended), (true, false, false));
    assert_eq!(offers(StoreStatus::Rejected), (false, false, false));
}
