//! Every page of the seller, rendered in both languages.

use askama::Template;
use feira_catalog::StockPolicy;
use feira_order::{Fulfilment, Settlement};

use super::{variant, variant_new};
use crate::page::{Fields, Form, Lang, rules::checked, samples};

mod pages;

use pages::{frame, order_page};

fn every_page(lang: Lang) -> Vec<(&'static str, String)> {
    let render = |page: &dyn askama::DynTemplate| page.dyn_render().expect("renders");
    let mut refused = Form::new(Fields::default().with("carrier", "Correios <b>"));
    refused.refuse("tracking_number", lang.text("field-required"));
    let order = |fulfilment, settlement| order_page(lang, fulfilment, settlement, Form::default());
    vec![
        ("dashboard", render(&pages::dashboard(lang))),
        ("orders", render(&pages::orders(lang))),
        (
            "order_to_ship",
            render(&order(Fulfilment::Pending, Settlement::Paid)),
        ),
        (
            "order_unpaid",
            render(&order(Fulfilment::Pending, Settlement::Unpaid)),
        ),
        (
            "order_shipped",
            render(&order(Fulfilment::Shipped, Settlement::Paid)),
        ),
        (
            "order_refused",
            render(&order_page(
                lang,
                Fulfilment::Accepted,
                Settlement::Paid,
                refused,
            )),
        ),
        ("products", render(&pages::products(lang))),
        ("product_new", render(&pages::new_product(lang))),
        ("product", render(&pages::product(lang))),
        ("variant", render(&pages::variant_page(lang))),
        (
            "variant_new",
            render(
                &variant_new::view(
                    frame(lang, "products", ""),
                    samples::product(),
                    Form::default(),
                )
                .unwrap(),
            ),
        ),
        ("payouts", render(&pages::payouts(lang))),
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
        if ["order_to_ship", "order_refused", "products", "variant"].contains(&name) {
            insta::assert_snapshot!(format!("seller_{name}"), checked(name, Lang::En, &html));
        }
    }
    let (name, html) = every_page(Lang::PtBr).swap_remove(0);
    insta::assert_snapshot!("seller_dashboard_pt_br", checked(name, Lang::PtBr, &html));
}

#[test]
fn what_is_not_counted_shows_no_number_and_what_is_sold_on_its_debt() {
    let mut product = samples::product();
    product.variants[0].stock_policy = StockPolicy::NotCounted;
    product.variants[1].stock_policy = StockPolicy::Continue;
    product.variants[1].on_hand = Some(-3);
    let page = |index: usize| {
        let one = product.variants[index].clone();
        let frame = frame(Lang::En, "products", "");
        let view = variant::view(frame, product.clone(), one, samples::id(99)).unwrap();
        let html = view.render().unwrap();
        checked("policies", Lang::En, &html)
    };
    let not_counted = page(0);
    assert!(not_counted.contains("<strong>Not counted</strong>"));
    assert!(
        !not_counted.contains("name=\"amount\""),
        "there is nothing to book"
    );
    let sold_on = page(1);
    assert!(sold_on.contains("<strong>-3</strong>"));
    assert!(sold_on.contains("name=\"amount\""));
}

#[test]
fn what_was_typed_is_kept_and_escaped() {
    let pages = every_page(Lang::En);
    let refused = &pages
        .iter()
        .find(|(name, _)| *name == "order_refused")
        .unwrap()
        .1;
    assert!(
        refused.contains("value=\"Correios &#60;b&#62;\""),
        "{refused}"
    );
    assert!(refused.contains("href=\"#f-tracking_number\""));
    assert!(refused.contains("aria-invalid=\"true\""));
    let order = &pages
        .iter()
        .find(|(name, _)| *name == "order_to_ship")
        .unwrap()
        .1;
    assert!(order.contains("João &#60;Pereira&#62;") && !order.contains("<Pereira>"));
}

#[test]
fn an_order_offers_the_step_that_fits() {
    let step =
        |fulfilment, settlement| order_page(Lang::En, fulfilment, settlement, Form::default()).step;
    assert_eq!(step(Fulfilment::Pending, Settlement::Unpaid), "wait");
    assert_eq!(step(Fulfilment::Pending, Settlement::Paid), "ship");
    assert_eq!(step(Fulfilment::Accepted, Settlement::Paid), "ship");
    assert_eq!(step(Fulfilment::Shipped, Settlement::Paid), "deliver");
    assert_eq!(step(Fulfilment::Delivered, Settlement::Paid), "");
    assert_eq!(step(Fulfilment::Cancelled, Settlement::Refunded), "");
}
