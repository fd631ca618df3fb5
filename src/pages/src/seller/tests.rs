//! How some of the seller's pages look.

use super::{dashboard, order, products, variant};
use crate::page::{Lang, Registered, rules::checked};

fn look(page: &Registered, lang: Lang, name: &str) -> String {
    let mut looks = (page.samples)(lang).into_iter();
    let (_, html) = looks.find(|(look, _)| *look == name).expect(name);
    html
}

#[test]
fn pages_look_as_they_did() {
    for (page, name) in [
        (&order::PAGE, "order_to_ship"),
        (&order::PAGE, "order_refused"),
        (&products::PAGE, "products"),
        (&variant::PAGE, "variant"),
    ] {
        let html = look(page, Lang::En, name);
        insta::assert_snapshot!(format!("seller_{name}"), checked(name, Lang::En, &html));
    }
    let html = look(&dashboard::PAGE, Lang::PtBr, "dashboard");
    insta::assert_snapshot!(
        "seller_dashboard_pt_br",
        checked("dashboard", Lang::PtBr, &html)
    );
}

#[test]
fn a_suspended_store_reads_why() {
    for lang in Lang::ALL {
        let html = look(&dashboard::PAGE, lang, "dashboard_suspended");
        assert!(html.contains("Copies of a &#60;brand&#62;."), "{html}");
        let open = look(&dashboard::PAGE, lang, "dashboard");
        assert!(!open.contains(&lang.text("store-why")), "{open}");
    }
}

#[test]
fn what_was_typed_is_kept_and_escaped() {
    let refused = look(&order::PAGE, Lang::En, "order_refused");
    assert!(
        refused.contains("value=\"Correios &#60;b&#62;\""),
        "{refused}"
    );
    assert!(refused.contains("href=\"#f-tracking_number\""));
    assert!(refused.contains("aria-invalid=\"true\""));
    let order = look(&order::PAGE, Lang::En, "order_to_ship");
    assert!(order.contains("João &#60;Pereira&#62;") && !order.contains("<Pereira>"));
}
