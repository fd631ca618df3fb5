//! What is typed beside an act stays in its field when it is refused.

use feira_testkit::TestDb;

use super::OPERATOR;
use crate::support::{
    Answer, BY_HAND, Browser, Market, bank_transfer, cart_with, cash_on_delivery, choose_shipping,
    form_fields, two_sellers,
};

/// It is refused at its field, and is there still.
async fn stays(browser: &Browser, page: &str, (action, id): (&str, &str), typed: &str) -> Answer {
    let fields = [("note", typed), ("sure", "yes")];
    let refused = browser.submit(page, action, &fields).await.expect(422);
    let kept = form_fields(&refused.text, action);
    let note = ("note".to_owned(), typed.to_owned());
    assert!(kept.contains(&note), "{action}: {}", refused.text);
    let fault = format!("id=\"f-{id}-error\"");
    assert!(refused.text.contains(&fault), "{action}: {}", refused.text);
    refused
}

#[feira_testkit::test]
async fn a_note_that_is_too_long_stays_in_its_field(db: TestDb) {
    let market = Market::start_with(&db, BY_HAND).await;
    let (_, ana, bento) = two_sellers(&market).await;
    let (guest, cart) = cart_with(&market, &[(ana.variant(0), 1)]).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let transfer = guest.check_out("transfer", &cart, bank_transfer()).await;
    let transfer = transfer.expect(201);
    let both = [(ana.variant(0), 1), (bento.variant(0), 1)];
    let (guest, cart) = cart_with(&market, &both).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let door = guest.check_out("door", &cart, cash_on_delivery()).await;
    let door = door.expect(201);
    market.settle().await;
    let parts = door.json["order"]["store_orders"].as_array();
    let of = |store: &str| {
        let mut parts = parts.expect("its parts").iter();
        let part = parts.find(|part| part["store_id"] == store).expect("one");
        part["id"].as_str().expect("an id").to_owned()
    };
    let own = Browser::sign_in(&market, "/seller/login", &ana.email).await;
    let order = format!("/seller/orders/{}", of(&ana.store));
    let ship = [("carrier", "Courier"), ("tracking_number", "1")];
    own.fill(&order, &format!("{order}/ship"), &ship).await;
    let operator = Browser::sign_in(&market, "/admin/login", OPERATOR).await;
    let payment = |of: &Answer| format!("/admin/payments/{}", of.str("/payment/id"));
    let (by_transfer, at_the_door) = (payment(&transfer), payment(&door));

    let long = "x".repeat(501);
    let paid = format!("{by_transfer}/paid");
    let part = of(&bento.store);
    let (leg, note) = (
        format!("{at_the_door}/legs/{part}/paid"),
        format!("note-{part}"),
    );
    let (collected, gone) = (
        format!("{order}/collected"),
        format!("{order}/not-collected"),
    );
    for (browser, page, action, id) in [
        (&operator, &by_transfer, &paid, "paid-note"),
        (&operator, &at_the_door, &leg, note.as_str()),
        (&own, &order, &collected, "collected-note"),
        (&own, &order, &gone, "note"),
    ] {
        let refused = stays(browser, page, (action, id), &long).await.text;
        assert!(refused.contains("At most 500 characters."), "{refused}");
    }
    // The box that she cleared stays cleared.
    let cleared = own.submit(&order, &gone, &[("note", &long)]).await.text;
    let (_, restock) = cleared.split_once("id=\"f-restock\"").expect("the box");
    let (restock, _) = restock.split_once('>').expect("its end");
    assert!(!restock.contains("checked"), "{restock}");

    // One that does not fit behind those that are there.
    let notes = format!("{by_transfer}/notes");
    operator
        .fill(&by_transfer, &notes, &[("notes", &"n".repeat(1_995))])
        .await;
    let refused = stays(&operator, &by_transfer, (&paid, "paid-note"), "of Monday").await;
    let why = "The note does not fit: shorten it, or the notes that are there.";
    assert!(!refused.text.contains("At most") && refused.text.contains(why));
    let settled = "SELECT count(*) FROM payments.payment_legs WHERE status <> 'open'";
    assert_eq!(market.count(settled).await, 0);
    market.stop().await;
}
